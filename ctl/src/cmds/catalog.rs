//! `set`, `clear`, `date`: editing fields of photos.

use super::Context;
use crate::cli::{ClearArgs, DateCommand, SetArgs};
use crate::client::{Options, Receipt};
use crate::exit::Failure;
use zbus::wire::Variant;

pub(super) async fn set(context: &Context, args: &SetArgs) -> Result<(), Failure> {
    let values = values(args)?;
    let assets = context.assets(&args.edit.which).await?;
    let body = (assets, values, args.edit.options());
    let receipt: Receipt = context.client.call("Catalog", "SetFields", &body).await?;
    context.changed(&receipt, &args.edit)
}

/// The values to set, by field.
fn values(args: &SetArgs) -> Result<Options<'static>, Failure> {
    let mut values = Options::new();
    let texts = [
        ("title", &args.title),
        ("description", &args.description),
        ("label", &args.label),
    ];
    for (field, text) in texts {
        if let Some(text) = text {
            values.insert(field, Variant::from(text.clone()));
        }
    }
    if let Some(rating) = args.rating {
        values.insert("rating", Variant::from(rating));
    }
    if let Some(orientation) = args.orientation {
        values.insert("orientation", Variant::from(orientation));
    }
    if args.favorite || args.no_favorite {
        values.insert("favorite", Variant::from(args.favorite));
    }
    if args.hidden || args.no_hidden {
        values.insert("hidden", Variant::from(args.hidden));
    }
    if args.no_location {
        values.insert("location", Variant::from(Vec::<f64>::new()));
    }
    if let Some(text) = &args.location {
        values.insert("location", Variant::from(location(text)?));
    }
    Ok(values)
}

/// `LAT,LON` or `LAT,LON,ALT`.
fn location(text: &str) -> Result<Vec<f64>, Failure> {
    let parts: Result<Vec<f64>, _> = text.split(',').map(|part| part.trim().parse()).collect();
    parts
        .ok()
        .filter(|parts| matches!(parts.len(), 2 | 3))
        .ok_or_else(|| {
            Failure::usage(format!(
                "`{text}` is no place: give LAT,LON or LAT,LON,ALT, as 52.52,13.40"
            ))
        })
}

pub(super) async fn clear(context: &Context, args: &ClearArgs) -> Result<(), Failure> {
    let assets = context.assets(&args.edit.which).await?;
    let fields: Vec<&str> = args.fields.split(',').map(str::trim).collect();
    let body = (assets, fields, args.edit.options());
    let receipt: Receipt = context.client.call("Catalog", "ClearFields", &body).await?;
    context.changed(&receipt, &args.edit)
}

pub(super) async fn date(context: &Context, command: &DateCommand) -> Result<(), Failure> {
    let (method, texts, edit) = match command {
        DateCommand::Set { when, edit } => ("SetDate", vec![when], edit),
        DateCommand::Shift { shift, edit } => ("ShiftDates", vec![shift], edit),
        DateCommand::Zone { zone, edit } => ("SetZone", vec![zone], edit),
        DateCommand::Convert { from, to, edit } => ("ConvertDates", vec![from, to], edit),
    };
    let assets = context.assets(&edit.which).await?;
    let client = &context.client;
    let receipt: Receipt = match texts.as_slice() {
        [from, to] => {
            let body = (assets, from, to, edit.options());
            client.call("Catalog", method, &body).await?
        }
        texts => {
            let text = texts.first().map_or("", |text| text.as_str());
            let body = (assets, text, edit.options());
            client.call("Catalog", method, &body).await?
        }
    };
    context.changed(&receipt, edit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{Cli, Command};
    use clap::Parser;

    fn parsed(line: &str) -> Options<'static> {
        let cli = Cli::try_parse_from(line.split(' ')).unwrap();
        let Command::Set(args) = cli.command else {
            panic!("no set")
        };
        values(&args).unwrap()
    }

    #[test]
    fn what_is_set_is_sent_with_its_type_and_nothing_else_is() {
        let values = parsed("kphotos set 1 --rating -1 --no-favorite --location -33.5,151,7 --title x");
        assert_eq!(values.len(), 4);
        assert_eq!(values["rating"], Variant::from(-1i32));
        assert_eq!(values["favorite"], Variant::from(false));
        assert_eq!(values["location"], Variant::from(vec![-33.5, 151.0, 7.0]));
        assert_eq!(
            parsed("kphotos set 1 --no-location")["location"],
            Variant::from(Vec::<f64>::new())
        );
    }

    #[test]
    fn a_place_has_two_or_three_numbers() {
        for text in ["", "1", "1,2,3,4", "north,east"] {
            assert!(location(text).is_err(), "{text}");
        }
    }
}
