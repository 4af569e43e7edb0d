#!/bin/bash
# Merges the states of all shards. slurm-submit.sh submits it.
#SBATCH --job-name=deconvnet-merge
#SBATCH --mem=8G
#SBATCH --time=01:00:00
#SBATCH --requeue
set -euo pipefail

# shellcheck source=settings.sh
source "$1"

parts=()
for ((shard = 1; shard <= shards; shard++)); do
  parts+=("$states/$shard-of-$shards.state")
done
exec deconvnet merge "$model" "${parts[@]}" "${network[@]}" --out "$out"
