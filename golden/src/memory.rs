//! How much memory there is: asked before much of it is taken, since a program that takes too much is killed without a word.

use std::fs::read_to_string;
use std::path::Path;

/// Bytes that this process can still take: what the machine has free, or less if a limit of the process (`ulimit -v`) or of its
/// control group (a container, a job of a cluster) leaves less. None where no system tells.
pub fn available() -> Option<u64> {
    let machine = read_to_string("/proc/meminfo").ok().and_then(|text| machine(&text));
    [machine, process(), group()].into_iter().flatten().min()
}

/// The number behind a key, as it stands in files of the system.
fn value(text: &str, key: &str) -> Option<u64> {
    let rest = text.lines().find_map(|line| line.strip_prefix(key))?;
    rest.split_whitespace().next()?.parse().ok()
}

/// What `/proc/meminfo` says, in KiB there.
fn machine(text: &str) -> Option<u64> {
    let free = value(text, "MemAvailable:")?;
    Some(1024 * (free + value(text, "SwapFree:").unwrap_or(0)))
}

fn process() -> Option<u64> {
    let limit = value(&read_to_string("/proc/self/limits").ok()?, "Max address space")?;
    let taken = value(&read_to_string("/proc/self/status").ok()?, "VmSize:")?;
    Some(limit.saturating_sub(1024 * taken))
}

/// The least that this process's control group and those around it leave.
fn group() -> Option<u64> {
    let groups = read_to_string("/proc/self/cgroup").ok()?;
    let name = groups.lines().find_map(|line| line.strip_prefix("0::/"))?;
    let within = Path::new("/sys/fs/cgroup");
    let around = within.join(name);
    around.ancestors().take_while(|dir| dir.starts_with(within)).filter_map(left).min()
}

/// What a control group leaves. Files that are only kept in memory for later do not count as taken.
fn left(group: &Path) -> Option<u64> {
    let most: u64 = read_to_string(group.join("memory.max")).ok()?.trim().parse().ok()?;
    let taken = value(&read_to_string(group.join("memory.stat")).ok()?, "anon ")?;
    Some(most.saturating_sub(taken))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_free_is_what_the_system_says() {
        let text = "MemTotal:       24684000 kB\nMemFree:          100 kB\nMemAvailable:   2048 kB\nSwapFree:  1 kB\n";
        assert_eq!(machine(text), Some(2049 * 1024));
        assert_eq!((machine("MemTotal: 5 kB\n"), machine("MemAvailable: much kB\n")), (None, None));
        let limits =
            "Limit   Soft Limit  Hard Limit  Units\nMax address space  unlimited  unlimited  bytes\n";
        assert_eq!(value(limits, "Max address space"), None);
    }

    #[test]
    fn a_control_group_leaves_its_limit_without_what_is_taken() {
        let dir = tempfile::tempdir().expect("a directory");
        let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).expect("written");
        write("memory.stat", "anon 300\nfile 900\n");
        write("memory.max", "max\n");
        assert_eq!(left(dir.path()), None);
        write("memory.max", "1000\n");
        assert_eq!(left(dir.path()), Some(700));
        write("memory.max", "200\n");
        assert_eq!(left(dir.path()), Some(0));
    }

    #[test]
    fn this_machine_has_some() {
        assert!(available().is_none_or(|bytes| bytes > 1 << 20));
    }
}
