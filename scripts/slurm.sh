#!/usr/bin/env bash
# `pareto --slurm` on a Slurm that has this machine alone: the same files as without it, and again after jobs were killed.
# Needs slurm-wlm and munge (`apt-get install slurm-wlm`), and root for the daemons.
set -euo pipefail
cd "$(dirname "$0")/.."
for tool in sbatch munged slurmctld slurmd; do
    command -v $tool >/dev/null || { echo "$tool is missing: apt-get install slurm-wlm" >&2; exit 3; }
done
[ "$(id -u)" = 0 ] || { echo "run as root: Slurm's daemons start jobs for others" >&2; exit 2; }
read -ra gainstage <<<"${GAINSTAGE:-cargo run --quiet --release --locked -p gainstage --}"
trials=${TRIALS:-8}
work=$(mktemp -d)
trap 'kill $(cat "$work"/*.pid 2>/dev/null) 2>/dev/null; sleep 1; rm -rf "$work"' EXIT

host=$(hostname -s)
mkdir -p "$work"/{state,spool}
dd if=/dev/urandom of="$work/key" bs=128 count=1 status=none
chmod 400 "$work/key"
munged --force --key-file="$work/key" --socket="$work/munge" --pid-file="$work/munged.pid" \
    --log-file="$work/munged.log" --seed-file="$work/seed"
cat >"$work/slurm.conf" <<CONF
ClusterName=one
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=16817
SlurmdPort=16818
AuthType=auth/munge
AuthInfo=socket=$work/munge
SlurmUser=root
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
SlurmctldLogFile=$work/slurmctld.log
SlurmdLogFile=$work/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
SchedulerParameters=batch_sched_delay=0,sched_min_interval=10000
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
export SLURM_CONF=$work/slurm.conf
slurmctld
slurmd -N "$host"
for _ in $(seq 30); do
    sinfo --noheader --format=%T 2>/dev/null | grep -q idle && break
    sleep 1
done
sinfo --noheader --format=%T | grep -q idle || { echo "Slurm has no idle node:" >&2; tail -5 "$work"/*.log >&2; exit 1; }
echo "Slurm $(sbatch --version): $(nproc) CPUs"

mkdir "$work/project"
cp examples/iris/* "$work/project/"
pareto() { # DIR ARGUMENTS...
    local dir=$1
    shift
    "${gainstage[@]}" pareto "$work/project" -o "$work/$dir" --trials "$trials" "$@"
}
same() { # DIR WHAT
    diff -r --exclude=slurm --exclude=points "$work/here" "$work/$1"
    diff -r "$work/here/points" "$work/$1/points"
    echo "$2: $trials trials, $(find "$work/$1/plans" -name '*.json' | wc -l) plans, all files the same"
}

pareto here >/dev/null
taskset -c 0 "${gainstage[@]}" pareto "$work/project" -o "$work/one" --trials "$trials" >/dev/null
same one "one core"
pareto slurm --slurm >/dev/null
same slurm "on Slurm"
# A job dies: its trial is lost, and found by the next run.
pareto killed --slurm >/dev/null 2>"$work/said" &
running=$!
until scancel --signal=KILL --full "$(squeue --noheader --array --states=running --format=%A | head -1)" 2>/dev/null; do
    sleep 0.1
    kill -0 $running 2>/dev/null || break
done
if wait $running; then
    echo "no job was killed in time: give more TRIALS" >&2
    exit 1
fi
grep "did not finish" "$work/said"
pareto killed --slurm >/dev/null
same killed "after a killed job"
