//! A disk that loses what it was not told to keep: what the shim wrote down is played again, up to the moment of a power cut.
//!
//! A file keeps what was written before its last sync, and of the rest any sectors; a name is kept once its folder was synced
//! after it was made, taken away or changed, and may be kept otherwise.

use std::collections::{BTreeMap, HashMap};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::super::faults::Chance;
use super::super::faults::scene::Tree;
use super::super::faults::shim::Call;

const SECTOR: usize = 512;
const ROOT: usize = 0;

/// What becomes of what was not synced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Temper {
    /// All of it is lost.
    Loses,
    /// Any part of it is lost: writes, sectors of writes, names.
    Mixes,
    /// None of it is lost, as when only the program dies.
    Keeps,
}

#[derive(Clone, Debug)]
enum Change {
    Write(usize, Vec<u8>),
    Cut(usize),
}

#[derive(Clone, Debug, Default)]
struct File {
    settled: Vec<u8>,
    pending: Vec<Change>,
}

/// A name given or taken: a renaming is two of them under one number, of which both are kept or neither.
#[derive(Clone, Debug)]
struct Naming {
    number: usize,
    name: String,
    node: Option<usize>,
}

#[derive(Clone, Debug, Default)]
struct Folder {
    settled: BTreeMap<String, usize>,
    now: BTreeMap<String, usize>,
    pending: Vec<Naming>,
}

#[derive(Clone, Debug)]
enum Node {
    File(File),
    Folder(Folder),
}

/// The watched folder on that disk.
#[derive(Clone, Debug)]
pub struct Disk {
    root: PathBuf,
    nodes: Vec<Node>,
    by_inode: HashMap<u64, usize>,
    namings: usize,
}

impl Disk {
    /// A disk that has kept all that is in the folder now.
    pub fn of(root: &Path, tree: &Tree) -> Disk {
        let mut disk = Disk {
            root: root.into(),
            nodes: vec![Node::Folder(Folder::default())],
            by_inode: HashMap::new(),
            namings: 0,
        };
        let inode = |path: &Path| root.join(path).metadata().expect("it is there").ino();
        disk.by_inode.insert(inode(Path::new("")), ROOT);
        for (path, bytes) in tree {
            let node = match bytes {
                None => Node::Folder(Folder::default()),
                Some(bytes) => Node::File(File { settled: bytes.clone(), pending: Vec::new() }),
            };
            let number = disk.add(inode(path), node);
            let (folder, name) = disk.place(&root.join(path)).expect("its folder comes first");
            let folder = disk.folder(folder);
            folder.settled.insert(name.clone(), number);
            folder.now.insert(name, number);
        }
        disk
    }

    fn add(&mut self, inode: u64, node: Node) -> usize {
        self.nodes.push(node);
        self.by_inode.insert(inode, self.nodes.len() - 1);
        self.nodes.len() - 1
    }

    fn folder(&mut self, number: usize) -> &mut Folder {
        match &mut self.nodes[number] {
            Node::Folder(folder) => folder,
            Node::File(_) => panic!("a file where a folder was to be"),
        }
    }

    /// The folder in which a path stands, and its name there.
    fn place(&mut self, path: &Path) -> Option<(usize, String)> {
        let below = path.strip_prefix(&self.root).ok()?;
        let mut parts: Vec<String> = below.iter().map(|part| part.to_string_lossy().into_owned()).collect();
        parts.retain(|part| part != ".");
        let name = parts.pop()?;
        let mut at = ROOT;
        for part in parts {
            at = *self.folder(at).now.get(&part)?;
        }
        Some((at, name))
    }

    /// Gives a name or takes it.
    fn name(&mut self, path: &Path, node: Option<usize>) {
        let number = self.namings;
        let Some((at, name)) = self.place(path) else { return };
        let folder = self.folder(at);
        match node {
            Some(node) => folder.now.insert(name.clone(), node),
            None => folder.now.remove(&name),
        };
        folder.pending.push(Naming { number, name, node });
    }

    fn node_at(&mut self, path: &Path) -> Option<usize> {
        let (at, name) = self.place(path)?;
        self.folder(at).now.get(&name).copied()
    }

    /// One call that has succeeded.
    pub fn play(&mut self, call: &Call) {
        self.namings += 1;
        let known = self.by_inode.get(&call.inode).copied();
        match call.name.as_str() {
            "create" | "folder" => {
                let is_file = call.name == "create";
                let node = if is_file { Node::File(File::default()) } else { Node::Folder(Folder::default()) };
                let number = self.add(call.inode, node);
                self.name(&call.path, Some(number));
            }
            "link" => {
                let node = self.node_at(&call.path);
                self.name(&call.to, node);
            }
            "rename" => {
                let node = self.node_at(&call.path);
                self.name(&call.to, node);
                self.name(&call.path, None);
            }
            "unlink" => self.name(&call.path, None),
            "write" => self.change(known, Change::Write(call.offset, call.data.clone())),
            "truncate" => self.change(known, Change::Cut(call.offset)),
            "sync" => known.into_iter().for_each(|number| self.sync(number)),
            _ => {}
        }
    }

    fn change(&mut self, number: Option<usize>, change: Change) {
        if let Some(Node::File(file)) = number.map(|number| &mut self.nodes[number]) {
            file.pending.push(change);
        }
    }

    fn sync(&mut self, number: usize) {
        let namings = match &mut self.nodes[number] {
            Node::File(file) => {
                let pending = std::mem::take(&mut file.pending);
                pending.iter().for_each(|change| apply(&mut file.settled, change));
                return;
            }
            Node::Folder(folder) => std::mem::take(&mut folder.pending),
        };
        let kept: Vec<usize> = namings.iter().map(|naming| naming.number).collect();
        give(&mut self.folder(number).settled, &namings);
        // The other half of a renaming is kept with it.
        for node in &mut self.nodes {
            if let Node::Folder(folder) = node {
                let (with, without) = std::mem::take(&mut folder.pending)
                    .into_iter()
                    .partition(|naming: &Naming| kept.contains(&naming.number));
                folder.pending = without;
                give(&mut folder.settled, &with);
            }
        }
    }

    /// What is there when the power is back.
    pub fn cut(&self, temper: Temper, chance: &mut Chance) -> Tree {
        let luck: Vec<bool> = (0..=self.namings).map(|_| survives(temper, chance)).collect();
        let mut tree = Tree::new();
        let mut folders = vec![(PathBuf::new(), ROOT)];
        while let Some((at, number)) = folders.pop() {
            let Node::Folder(folder) = &self.nodes[number] else { continue };
            let mut names = folder.settled.clone();
            let kept: Vec<Naming> = folder.pending.iter().filter(|naming| luck[naming.number]).cloned().collect();
            give(&mut names, &kept);
            for (name, number) in names {
                let path = at.join(name);
                match &self.nodes[number] {
                    Node::Folder(_) => {
                        tree.insert(path.clone(), None);
                        folders.push((path, number));
                    }
                    Node::File(file) => {
                        tree.insert(path, Some(file.cut(temper, chance)));
                    }
                }
            }
        }
        tree
    }
}

impl File {
    fn cut(&self, temper: Temper, chance: &mut Chance) -> Vec<u8> {
        let mut bytes = self.settled.clone();
        for change in &self.pending {
            match change {
                Change::Write(at, data) if temper == Temper::Mixes => write_torn(&mut bytes, *at, data, chance),
                change if survives(temper, chance) => apply(&mut bytes, change),
                _ => {}
            }
        }
        bytes
    }
}

fn survives(temper: Temper, chance: &mut Chance) -> bool {
    match temper {
        Temper::Loses => false,
        Temper::Mixes => chance.below(2) == 0,
        Temper::Keeps => true,
    }
}

fn give(names: &mut BTreeMap<String, usize>, namings: &[Naming]) {
    for naming in namings {
        match naming.node {
            Some(node) => names.insert(naming.name.clone(), node),
            None => names.remove(&naming.name),
        };
    }
}

fn apply(bytes: &mut Vec<u8>, change: &Change) {
    match change {
        Change::Cut(length) => bytes.resize(*length, 0),
        Change::Write(at, data) => {
            bytes.resize(bytes.len().max(at + data.len()), 0);
            bytes[*at..at + data.len()].copy_from_slice(data);
        }
    }
}

/// A write of which the whole, nothing or some sectors are kept.
fn write_torn(bytes: &mut Vec<u8>, at: usize, data: &[u8], chance: &mut Chance) {
    let (whole, nothing) = (chance.below(3) == 0, chance.below(2) == 0);
    let mut from = 0;
    while from < data.len() {
        let to = data.len().min((at + from) / SECTOR * SECTOR + SECTOR - at);
        if whole || !nothing && chance.below(2) == 0 {
            apply(bytes, &Change::Write(at + from, data[from..to].to_vec()));
        }
        from = to;
    }
}
