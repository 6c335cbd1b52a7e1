//! Whether a path lies on a network share, where the locks that guard a file cannot be relied on.

use std::os::unix::fs::MetadataExt;
use std::path::Path;

const NETWORK: [&str; 9] = ["nfs", "nfs4", "smb", "smb3", "smbfs", "cifs", "9p", "fuse.sshfs", "afs"];

/// The kind of network file system under a path, or `None` if it is local or cannot be told.
pub fn share_under(path: &Path) -> Option<String> {
    let existing = path.ancestors().find(|part| part.exists()).filter(|part| !part.as_os_str().is_empty());
    let device = std::fs::metadata(existing.unwrap_or(Path::new("."))).ok()?.dev();
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").ok()?;
    network_kind(&mounts, device)
}

/// Finds the device in the kernel's list of mounts: `36 35 98:0 / /mnt rw - nfs server:/ rw`.
fn network_kind(mounts: &str, device: u64) -> Option<String> {
    let wanted = format!("{}:{}", nix::sys::stat::major(device), nix::sys::stat::minor(device));
    let mount = mounts.lines().find(|line| line.split(' ').nth(2) == Some(&wanted))?;
    let kind = mount.split_once(" - ")?.1.split(' ').next()?;
    NETWORK.contains(&kind).then(|| kind.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_told_from_a_disk() {
        let mounts = "22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw\n36 22 0:45 / /mnt rw - nfs4 server:/share rw\n";
        assert_eq!(network_kind(mounts, nix::sys::stat::makedev(0, 45)), Some("nfs4".to_string()));
        assert_eq!(network_kind(mounts, nix::sys::stat::makedev(8, 1)), None);
    }
}
