//! The state folder: journal and layer, opened so that nothing acknowledged is lost.

use crate::journal::{FileJournal, Options};
use crate::memory;
use crate::store::{Behind, SledStore, StoreError};
use crate::system::{SystemClock, SystemZones};
use anyhow::{Context as _, Result};
use kphotos_domain::app::{App, OpenError, Opened};
use std::path::Path;
use std::sync::Arc;

/// Opens the state, replaying what the layer does not know yet. A layer that
/// cannot be read is moved aside and made again from the journal.
///
/// # Errors
/// If another daemon holds the state, the journal is damaged, or the disk fails.
pub(super) fn open(state_dir: &Path) -> Result<Opened> {
    let (journal, recovery) = FileJournal::open(&state_dir.join("journal"), Options::default())?;
    if recovery.torn_bytes > 0 {
        let saved = recovery.torn_saved.unwrap_or_default();
        tracing::warn!(
            bytes = recovery.torn_bytes,
            saved,
            "the journal ended in an edit that was never acknowledged; it was cut off and kept"
        );
    }
    let journal = Arc::new(journal);
    let layer = state_dir.join("layer");
    let open_app = |store: SledStore| {
        let opened = App::open(
            journal.clone(),
            Arc::new(Behind::new(Box::new(store))),
            Arc::new(SystemClock),
            Arc::new(SystemZones),
        );
        memory::give_back();
        opened
    };
    let why = match SledStore::open(&layer) {
        Ok(store) => match open_app(store) {
            Err(OpenError::StoreUnusable { why }) => why,
            done => return Ok(done?),
        },
        Err(StoreError::Unusable { why }) => why,
        Err(error) => return Err(error.into()),
    };
    let aside = SledStore::move_aside(&layer)
        .with_context(|| format!("the damaged layer {} cannot be moved aside", layer.display()))?;
    tracing::warn!(why, aside = %aside.display(), "the layer cannot be used; it is made again from the journal");
    Ok(open_app(SledStore::open(&layer)?)?)
}
