//! Photos and folders named by their place in a mount, as somebody sees it who is not on this
//! machine: over SMB or NFS, where no extended attribute travels.
//!
//! The marker at the root names daemon and mount; the rest of the path is looked up
//! in the tree that this mount shows, from the tables, without a system call.

use super::{Mount, Refusal, Services};
use kphotos_domain::kernel::{AssetId, AssetSet, ErrorCode, Owner, UserId};
use kphotos_fs::inode::Node;
use kphotos_fs::options::TreeOptions;
use kphotos_fs::tree::Tree;
use kphotos_fs::xattr;

/// The photos at these places of a mount, each once, in the order they are named. A
/// folder stands for those directly in it, or for all below it with `recursive`.
///
/// # Errors
/// The marker is another daemon's, the mount is not there any more, or nothing is
/// at a place.
pub(crate) fn resolve_in_mount(
    services: &Services,
    user: UserId,
    (daemon, wanted): (&str, &str),
    paths: &[Vec<u8>],
    recursive: bool,
) -> Result<Vec<AssetId>, Refusal> {
    let mount = mount_of(services, user, (daemon, wanted))?;
    let view = services.app.view();
    let tree = Tree::new(&view, TreeOptions::new(Owner::User(mount.viewer), &mount.options));
    let (mut found, mut seen) = (Vec::new(), AssetSet::new());
    for path in paths {
        let node = walk(&tree, path).ok_or_else(|| nothing_at(path, &mount))?;
        let mut open = vec![node];
        while let Some(node) = open.pop() {
            if let Some(asset) = asset_of(&tree, node).filter(|asset| seen.insert(*asset)) {
                found.push(asset);
            }
            for entry in tree.list(node) {
                if entry.node.file().is_some() {
                    found.extend(asset_of(&tree, entry.node).filter(|asset| seen.insert(*asset)));
                } else if recursive {
                    open.push(entry.node);
                }
            }
        }
    }
    Ok(found)
}

/// What the folder at this place of a mount stands for, as `user.kphotos.dir` says
/// it: `album:3`, `tag:5`; empty for one that stands for nothing, as `albums`.
///
/// # Errors
/// As [`resolve_in_mount`]; a photo is at the place.
pub(crate) fn folder_in_mount(
    services: &Services,
    user: UserId,
    (daemon, wanted): (&str, &str),
    path: &[u8],
) -> Result<String, Refusal> {
    let mount = mount_of(services, user, (daemon, wanted))?;
    let view = services.app.view();
    let tree = Tree::new(&view, TreeOptions::new(Owner::User(mount.viewer), &mount.options));
    let node = walk(&tree, path).filter(|node| node.file().is_none());
    let node = node.ok_or_else(|| nothing_at(path, &mount))?;
    let said = xattr::get(&tree, node, "user.kphotos.dir").unwrap_or_default();
    Ok(String::from_utf8_lossy(&said).into_owned())
}

/// The mount that a marker names.
fn mount_of(services: &Services, user: UserId, (daemon, wanted): (&str, &str)) -> Result<Mount, Refusal> {
    let own = &*services.daemon_id;
    if daemon != own {
        return Err(Refusal::new(
            ErrorCode::Conflict,
            format!(
                "it is a tree of another K-Photos ({daemon}), and this one is {own}: ask that one, with --socket or on its machine"
            ),
        ));
    }
    let mut mounts = services.mounts.mounts().into_iter();
    let mount = mounts.find(|known| known.id == wanted && known.viewer == user);
    mount.ok_or_else(|| {
        Refusal::not_found(format!(
            "this K-Photos has no mount {wanted} any more; `kphotos mount list` lists those there are"
        ))
    })
}

fn nothing_at(path: &[u8], mount: &Mount) -> Refusal {
    Refusal::not_found(format!(
        "there is no `{}` in the mount `{}`",
        String::from_utf8_lossy(path),
        String::from_utf8_lossy(&mount.path)
    ))
}

fn asset_of(tree: &Tree<'_>, node: Node) -> Option<AssetId> {
    // A sidecar in a mount stands for its photo.
    let sidecar = if let Node::Sidecar(file) = node {
        Some(file)
    } else {
        None
    };
    let file = sidecar.or(node.file())?;
    Some(tree.view().file(file)?.asset)
}

/// What is at a path below the root.
fn walk(tree: &Tree<'_>, path: &[u8]) -> Option<Node> {
    let mut parts = path.split(|byte| *byte == b'/').filter(|part| !part.is_empty());
    let node = parts.try_fold(Node::Root, |dir, part| {
        tree.lookup(dir, std::str::from_utf8(part).ok()?)
    });
    node.filter(|node| *node != Node::Marker)
}
