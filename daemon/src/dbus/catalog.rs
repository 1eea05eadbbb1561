//! `org.kphotos.Catalog1`: finding photos, and editing their fields.

use super::caller::{Caller, Dict};
use super::options::{Options, page_options, take_distance};
use super::targets::one_photo;
use crate::surface::Refusal;
use crate::surface::documents::{List, text};
use crate::surface::duplicates::{duplicates, extra_paths};
use crate::surface::layers::LayeredJson;
use crate::surface::near::{near_duplicates, near_extra_paths};
use crate::surface::stacks::stacks;
use crate::surface::{Selection, folder_in_mount, matches, resolve_in_mount};
use crate::surface::{photos, timeline};
use kphotos_domain::catalog::{
    CatalogError, DateChange, Field, FieldValue, Location, Shift, StackChange, Zone,
};
use kphotos_domain::command::{ChangeDates, ClearFields, Command, SetDate, SetFields};
use kphotos_domain::kernel::{AssetId, AssetSet, Taken, TakenSource, UserId};
use kphotos_domain::view::View;

pub(super) struct Catalog(pub(super) Caller);

#[zbus::interface(name = "org.kphotos.Catalog1", introspection_docs = false)]
impl Catalog {
    #[zbus(out_args("document"))]
    async fn search(&self, query: String, options: Dict) -> Result<String, Refusal> {
        self.0
            .run(move |services, user| {
                let options = page_options(options)?;
                let view = services.app.view();
                let found = matches(&view, user, &query)?;
                text(&photos(&view, user, &found, &options))
            })
            .await
    }

    #[zbus(out_args("document"))]
    async fn duplicates(&self, query: String, options: Dict) -> Result<String, Refusal> {
        self.0
            .run(move |services, user| {
                let options = page_options(options)?;
                let view = services.app.view();
                text(&duplicates(&view, user, &query, &options)?)
            })
            .await
    }

    #[zbus(out_args("paths"))]
    async fn extra_paths(&self, query: String) -> Result<Vec<Vec<u8>>, Refusal> {
        self.0
            .run(move |services, user| {
                let view = services.app.view();
                let found = &matches(&view, user, &query)? & view.duplicates();
                Ok(extra_paths(&view, &found))
            })
            .await
    }

    #[zbus(out_args("document"))]
    async fn stacks(&self, query: String, options: Dict) -> Result<String, Refusal> {
        self.0
            .run(move |services, user| {
                let options = page_options(options)?;
                let view = services.app.view();
                text(&stacks(&view, user, &query, &options)?)
            })
            .await
    }

    #[zbus(out_args("revision", "touched", "undoable", "summary"))]
    async fn create_stack(
        &self,
        assets: Selection,
        options: Dict,
    ) -> Result<(u64, u64, bool, String), Refusal> {
        self.0
            .edit(assets, options, move |_, assets| {
                Ok(Command::ChangeStack(StackChange::Join(assets)))
            })
            .await
    }

    #[zbus(out_args("revision", "touched", "undoable", "summary"))]
    async fn split_stack(
        &self,
        assets: Selection,
        options: Dict,
    ) -> Result<(u64, u64, bool, String), Refusal> {
        let mut options = Options::new(options);
        let (recursive, dry_run) = (options.flag("recursive")?, options.flag("dry_run")?);
        options.end()?;
        let user = self.0.user()?;
        self.0
            .execute(dry_run, move |view| {
                let assets = assets.resolve(view, user, recursive)?;
                Ok(Command::ChangeStack(StackChange::Split(assets)))
            })
            .await
    }

    #[zbus(out_args("revision", "touched", "undoable", "summary"))]
    async fn set_stack_cover(
        &self,
        asset: Selection,
        options: Dict,
    ) -> Result<(u64, u64, bool, String), Refusal> {
        let mut options = Options::new(options);
        let dry_run = options.flag("dry_run")?;
        options.end()?;
        let user = self.0.user()?;
        self.0
            .execute(dry_run, move |view| {
                let asset = one_photo(&asset, view, user)?;
                Ok(Command::ChangeStack(StackChange::Cover(asset)))
            })
            .await
    }

    #[zbus(out_args("document"))]
    async fn near_duplicates(&self, query: String, options: Dict) -> Result<String, Refusal> {
        self.0
            .run(move |services, user| {
                let mut options = options;
                let distance = take_distance(&mut options)?;
                let options = page_options(options)?;
                text(&near_duplicates(services, user, &query, distance, &options)?)
            })
            .await
    }

    #[zbus(out_args("paths"))]
    async fn near_extra_paths(&self, query: String, options: Dict) -> Result<Vec<Vec<u8>>, Refusal> {
        self.0
            .run(move |services, user| {
                let mut options = options;
                let distance = take_distance(&mut options)?;
                Options::new(options).end()?;
                near_extra_paths(services, user, &query, distance)
            })
            .await
    }

    #[zbus(out_args("revision", "touched", "undoable", "summary"))]
    async fn forget_missing(
        &self,
        assets: Selection,
        options: Dict,
    ) -> Result<(u64, u64, bool, String), Refusal> {
        let mut options = Options::new(options);
        let (recursive, dry_run) = (options.flag("recursive")?, options.flag("dry_run")?);
        options.end()?;
        let user = self.0.user()?;
        self.0
            .execute(dry_run, move |view| {
                let assets = assets.resolve(view, user, recursive)?;
                Ok(Command::ForgetAssets(assets))
            })
            .await
    }

    #[zbus(out_args("document"))]
    async fn timeline(&self, query: String, by: String) -> Result<String, Refusal> {
        self.0
            .run(move |services, user| {
                let view = services.app.view();
                let found = matches(&view, user, &query)?;
                text(&List::whole(timeline(&view, &found, &by)?))
            })
            .await
    }

    #[zbus(out_args("document"))]
    async fn info(&self, assets: Selection, options: Dict) -> Result<String, Refusal> {
        self.0
            .run(move |services, user| {
                let mut options = Options::new(options);
                let layers = options.flag("layers")?;
                let view = services.app.view();
                let items = named(&view, user, &assets, options)?;
                let items = items
                    .into_iter()
                    .filter_map(|id| LayeredJson::new(&view, user, id, layers))
                    .collect();
                text(&List::whole(items))
            })
            .await
    }

    #[zbus(out_args("ids"))]
    async fn resolve(&self, assets: Selection, options: Dict) -> Result<Vec<u32>, Refusal> {
        self.0
            .run(move |services, user| {
                let ids = named(&services.app.view(), user, &assets, Options::new(options))?;
                Ok(ids.into_iter().map(AssetId::number).collect())
            })
            .await
    }

    #[zbus(out_args("paths"))]
    async fn paths(&self, assets: Selection, options: Dict) -> Result<Vec<Vec<u8>>, Refusal> {
        self.0
            .run(move |services, user| {
                let view = services.app.view();
                let ids = named(&view, user, &assets, Options::new(options))?;
                let path = |id: AssetId| view.original_path(view.lead_file(id)?);
                Ok(ids.into_iter().filter_map(path).collect())
            })
            .await
    }

    #[zbus(out_args("ids"))]
    async fn resolve_in_mount(
        &self,
        daemon: String,
        mount: String,
        paths: Vec<Vec<u8>>,
        options: Dict,
    ) -> Result<Vec<u32>, Refusal> {
        self.0
            .run(move |services, user| {
                let mut options = Options::new(options);
                let recursive = options.flag("recursive")?;
                options.end()?;
                let found = resolve_in_mount(services, user, (&daemon, &mount), &paths, recursive)?;
                Ok(found.into_iter().map(AssetId::number).collect())
            })
            .await
    }

    #[zbus(out_args("folder"))]
    async fn folder_in_mount(&self, daemon: String, mount: String, path: Vec<u8>) -> Result<String, Refusal> {
        self.0
            .run(move |services, user| folder_in_mount(services, user, (&daemon, &mount), &path))
            .await
    }

    #[zbus(out_args("revision", "touched", "undoable", "summary"))]
    async fn set_fields(
        &self,
        assets: Selection,
        values: Dict,
        options: Dict,
    ) -> Result<(u64, u64, bool, String), Refusal> {
        let values = field_values(values)?;
        self.0
            .edit(assets, options, move |_, assets| {
                Ok(Command::SetFields(SetFields { assets, values }))
            })
            .await
    }

    #[zbus(out_args("revision", "touched", "undoable", "summary"))]
    async fn clear_fields(
        &self,
        assets: Selection,
        fields: Vec<String>,
        options: Dict,
    ) -> Result<(u64, u64, bool, String), Refusal> {
        let fields: Result<Vec<Field>, _> = fields.iter().map(|name| Field::parse(name)).collect();
        let fields = fields?;
        if fields.is_empty() {
            return Err(Refusal::invalid("no field was named; `title` is one"));
        }
        self.0
            .edit(assets, options, move |_, assets| {
                Ok(Command::ClearFields(ClearFields { assets, fields }))
            })
            .await
    }

    #[zbus(out_args("revision", "touched", "undoable", "summary"))]
    async fn set_date(
        &self,
        assets: Selection,
        when: String,
        options: Dict,
    ) -> Result<(u64, u64, bool, String), Refusal> {
        let taken =
            Taken::parse(&when, TakenSource::User).map_err(|error| Refusal::invalid(error.to_string()))?;
        self.0
            .edit(assets, options, move |_, assets| {
                Ok(Command::SetDate(SetDate { assets, taken }))
            })
            .await
    }

    #[zbus(out_args("revision", "touched", "undoable", "summary"))]
    async fn shift_dates(
        &self,
        assets: Selection,
        shift: String,
        options: Dict,
    ) -> Result<(u64, u64, bool, String), Refusal> {
        let change = DateChange::Shift(Shift::parse(&shift)?);
        self.change_dates(assets, options, change).await
    }

    #[zbus(out_args("revision", "touched", "undoable", "summary"))]
    async fn set_zone(
        &self,
        assets: Selection,
        zone: String,
        options: Dict,
    ) -> Result<(u64, u64, bool, String), Refusal> {
        let change = DateChange::Zone(self.zone(&zone)?);
        self.change_dates(assets, options, change).await
    }

    #[zbus(out_args("revision", "touched", "undoable", "summary"))]
    async fn convert_dates(
        &self,
        assets: Selection,
        from: String,
        to: String,
        options: Dict,
    ) -> Result<(u64, u64, bool, String), Refusal> {
        let (from, to) = (self.zone(&from)?, self.zone(&to)?);
        let change = DateChange::Convert { from, to };
        self.change_dates(assets, options, change).await
    }
}

impl Catalog {
    fn zone(&self, text: &str) -> Result<Zone, Refusal> {
        Ok(Zone::parse(text, &*self.0.services().zones)?)
    }

    async fn change_dates(
        &self,
        assets: Selection,
        options: Dict,
        change: DateChange,
    ) -> Result<(u64, u64, bool, String), Refusal> {
        self.0
            .edit(assets, options, move |_, assets| {
                Ok(Command::ChangeDates(ChangeDates { assets, change }))
            })
            .await
    }
}

/// The photos named, each once, in the order they were named.
fn named(
    view: &View,
    user: UserId,
    assets: &Selection,
    mut options: Options,
) -> Result<Vec<AssetId>, Refusal> {
    let recursive = options.flag("recursive")?;
    options.end()?;
    if assets.is_empty() {
        return Err(CatalogError::NoAssets.into());
    }
    let mut ids = assets.in_order(view, user, recursive)?;
    let mut seen = AssetSet::new();
    ids.retain(|id| seen.insert(*id));
    Ok(ids)
}

/// The values by field: texts `s`, rating `i`, flags `b`, orientation `u`,
/// location `ad` (latitude, longitude, altitude where known; empty: nowhere).
fn field_values(values: Dict) -> Result<Vec<(Field, FieldValue)>, Refusal> {
    let names: Vec<String> = values.keys().cloned().collect();
    let mut values = Options::new(values);
    let mut parsed = Vec::new();
    for name in names {
        let field = Field::parse(&name)?;
        let value = match field {
            Field::Title | Field::Description | Field::Label => values
                .take::<String>(&name)?
                .map(|text| FieldValue::Text(text.into())),
            Field::Rating => {
                let rating = values.take::<i32>(&name)?;
                let small = rating.map(|rating| i8::try_from(rating).unwrap_or(i8::MAX));
                small.map(FieldValue::Rating)
            }
            Field::Favorite | Field::Hidden => values.take::<bool>(&name)?.map(FieldValue::Flag),
            Field::Location => values
                .take::<Vec<f64>>(&name)?
                .map(|at| location(&at))
                .transpose()?,
            Field::Orientation => {
                let turn = values.take::<u32>(&name)?;
                let small = turn.map(|turn| u8::try_from(turn).unwrap_or(u8::MAX));
                small.map(FieldValue::Orientation)
            }
            Field::Stack | Field::StackCover => {
                return Err(Refusal::invalid(
                    "stacks are made with `kphotos stack` (CreateStack, SplitStack, SetStackCover)",
                ));
            }
            Field::Faces => {
                return Err(Refusal::invalid(
                    "faces are edited one by one with `kphotos face` (AddFace, NameFace …)",
                ));
            }
            Field::Taken => {
                return Err(Refusal::invalid(
                    "a date is set with `kphotos date set` (SetDate)",
                ));
            }
        };
        parsed.extend(value.map(|value| (field, value)));
    }
    if parsed.is_empty() {
        return Err(Refusal::invalid("nothing to set was given; --title is one thing"));
    }
    parsed.sort_by_key(|(field, _)| *field);
    Ok(parsed)
}

fn location(at: &[f64]) -> Result<FieldValue, Refusal> {
    let place = match *at {
        [] => None,
        [lat, lon] => Some(Location::from_degrees(lat, lon, None)?),
        [lat, lon, alt] => Some(Location::from_degrees(lat, lon, Some(alt))?),
        _ => {
            return Err(Refusal::invalid(
                "a location is latitude, longitude and at most an altitude",
            ));
        }
    };
    Ok(FieldValue::Location(place))
}
