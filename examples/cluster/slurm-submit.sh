#!/bin/bash
# Submits an array that mines, and a job that merges when all tasks of the array have succeeded:
#
#   bash slurm-submit.sh settings.sh
set -euo pipefail

settings=$(realpath "$1")
# shellcheck source=settings.sh
source "$settings"
cd "$(dirname "${BASH_SOURCE[0]}")"

array=$(sbatch --parsable --array="1-$shards" slurm-array.sh "$settings")
# If there are several clusters, sbatch prints JOB;CLUSTER.
sbatch --dependency="afterok:${array%%;*}" --kill-on-invalid-dep=yes slurm-merge.sh "$settings"
