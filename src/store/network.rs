//! Whether a path lies on a network share, where the locks that guard a file cannot be relied on.

use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// Shares by the number that the kernel gives their kind, where it has one of its own, and as they are told.
const NETWORK: [(u64, &str); 7] = [
    (0x6969, "nfs"),
    (0x517b, "smb"),
    (0xfe53_4d42, "smb3"),
    (0xff53_4d42, "cifs"),
    (0x0102_1997, "9p"),
    (0x5346_414f, "afs"),
    (0x6b41_4653, "afs"),
];

/// A file system in a program of its own, whose kind only the list of mounts tells.
const FUSE: u64 = 0x6573_5546;
const NETWORK_IN_FUSE: [&str; 1] = ["fuse.sshfs"];

/// The kind of network file system under a path, or `None` if it is local or cannot be told.
pub fn share_under(path: &Path) -> Option<String> {
    let existing = path.ancestors().find(|part| part.exists()).filter(|part| !part.as_os_str().is_empty());
    let existing = existing.unwrap_or(Path::new("."));
    // The kernel is asked about the one file; to read its list of mounts costs more than to look an instrument up.
    let kind = nix::sys::statfs::statfs(existing).ok()?.filesystem_type().0 as u64 & 0xffff_ffff;
    if kind != FUSE {
        return NETWORK.iter().find(|(number, _)| *number == kind).map(|(_, name)| name.to_string());
    }
    let device = std::fs::metadata(existing).ok()?.dev();
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").ok()?;
    kind_of_mount(&mounts, device).filter(|kind| NETWORK_IN_FUSE.contains(kind)).map(str::to_string)
}

/// Finds the device in the kernel's list of mounts: `36 35 0:45 / /mnt rw - fuse.sshfs sam@server:/ rw`.
fn kind_of_mount(mounts: &str, device: u64) -> Option<&str> {
    let wanted = format!("{}:{}", nix::sys::stat::major(device), nix::sys::stat::minor(device));
    let mount = mounts.lines().find(|line| line.split(' ').nth(2) == Some(&wanted))?;
    mount.split_once(" - ")?.1.split(' ').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mount_is_found_by_its_device() {
        let mounts =
            "22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw\n36 22 0:45 / /mnt rw - fuse.sshfs sam@server:/ rw\n";
        assert_eq!(kind_of_mount(mounts, nix::sys::stat::makedev(0, 45)), Some("fuse.sshfs"));
        assert_eq!(kind_of_mount(mounts, nix::sys::stat::makedev(8, 1)), Some("ext4"));
        assert_eq!(kind_of_mount(mounts, nix::sys::stat::makedev(8, 2)), None);
    }

    #[test]
    fn a_local_disk_is_no_share() {
        assert_eq!(share_under(Path::new("/proc/self")), None);
        assert_eq!(share_under(&std::env::temp_dir().join("not-there-yet/hub.db")), None);
    }
}
