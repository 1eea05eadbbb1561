//! `missing list|forget`: photos of which no file is left.
//!
//! They keep every edit for the day when their content is found again. Forgetting them
//! cannot be taken back, so it is never done by itself.

use super::Context;
use super::search::{Paged, show};
use crate::assets::flags;
use crate::cli::MissingCommand;
use crate::client::Receipt;
use crate::exit::Failure;

/// Hidden ones are missing too.
const MISSING: &str = "is:missing (is:hidden OR -is:hidden)";

pub(super) async fn run(context: &Context, command: &MissingCommand) -> Result<(), Failure> {
    match command {
        MissingCommand::List { query } => {
            let query = query.join(" ");
            let query = if query.is_empty() {
                MISSING.to_owned()
            } else {
                format!("{MISSING} ({query})")
            };
            let paged = Paged::whole("Catalog", "Search");
            show(context, &paged.fetch(context, query).await?)
        }
        MissingCommand::Forget { which, dry_run } => {
            let options = flags(&[("recursive", which.recursive), ("dry_run", *dry_run)]);
            let body = (context.assets(which).await?, options);
            let receipt: Receipt = context.client.call("Catalog", "ForgetMissing", &body).await?;
            context.output.change(&receipt, *dry_run)
        }
    }
}
