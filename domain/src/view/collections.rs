//! Applying what happens to collections.

use super::apply::Changes;
use super::live::Question;
use super::record::Used as _;
use super::{Dir, View, sibling_key};
use crate::kernel::{AssetSet, CollectionId, Owner};
use crate::organization::{Collection, Query};

impl View {
    pub(super) fn put_collection(&mut self, collection: Collection) {
        self.next.used(collection.id);
        let key = (collection.owner, sibling_key(&collection.name));
        self.collection_names.insert(key, collection.id);
        self.collections.insert(collection.id, collection);
    }

    /// Asks for what a collection finds. One that does not read any more finds nothing.
    pub(super) fn ask_collection(&mut self, id: CollectionId) {
        self.live.remove(&Dir::Collection(id));
        let Some(collection) = self.collection(id) else {
            return;
        };
        let Owner::User(viewer) = collection.owner;
        if let Ok(query) = Query::parse(&collection.query) {
            self.ask(Dir::Collection(id), viewer, Question::Query(query));
        }
    }

    /// A collection is made, changed or deleted.
    pub(super) fn set_collection(
        &mut self,
        before: Option<&Collection>,
        after: Option<&Collection>,
        changes: &mut Changes,
    ) {
        let Some(id) = after.or(before).map(|collection| collection.id) else {
            return;
        };
        if let Some(before) = before {
            self.collections.remove(&before.id);
            self.collection_names
                .remove(&(before.owner, sibling_key(&before.name)));
        }
        if let Some(after) = after {
            self.put_collection(after.clone());
        }
        let dir = Dir::Collection(id);
        let found = |view: &Self| view.live_set(dir).cloned().unwrap_or_else(AssetSet::new);
        let old = found(self);
        self.ask_collection(id);
        let new = found(self);
        // Who asks for it by its name, or stands on it, may have another answer for these.
        changes.asked |= &(&old | &new);
        if before.is_some() && after.is_some() {
            changes.delta.leave(dir, &(&old - &new));
            changes.delta.join(dir, &(&new - &old));
        }
        changes.dirty.collections.insert(id);
    }
}
