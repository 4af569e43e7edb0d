#!/bin/bash
# Mines the shard that has the number of this task. slurm-submit.sh submits it.
#SBATCH --job-name=deconvnet-mine
#SBATCH --cpus-per-task=8
#SBATCH --mem=16G
#SBATCH --time=02:00:00
# If the node fails, or if a more urgent job needs it, Slurm starts the task again.
#SBATCH --requeue
#SBATCH --open-mode=append
# Two minutes before the time is over, Slurm sends SIGUSR1 to this script alone.
#SBATCH --signal=B:USR1@120
set -euo pipefail

# shellcheck source=settings.sh
source "$1"

# With --resume, a task that is started again goes on from its checkpoint. If its shard is finished, it ends at once.
deconvnet mine "$model" "$pictures" "${network[@]}" "${mining[@]}" \
  --shard "$SLURM_ARRAY_TASK_ID/$shards" --workers "$SLURM_CPUS_PER_TASK" \
  --out "$states/$SLURM_ARRAY_TASK_ID-of-$shards.state" --resume &
mine=$!

# At the first SIGTERM, deconvnet writes its checkpoint and ends with 143. A second one would end it at once.
time_over=false
trap 'waiting=true; time_over=true; kill -TERM "$mine" || true' USR1
# To stop a task, Slurm sends SIGTERM to all its processes, so deconvnet has received it too.
trap 'waiting=true' TERM

# A signal ends `wait`, although deconvnet is still running.
waiting=true
while $waiting; do
  waiting=false
  status=0
  wait "$mine" || status=$?
done

if $time_over && ((status == 143)); then
  exec scontrol requeue "$SLURM_JOB_ID"
fi
exit "$status"
