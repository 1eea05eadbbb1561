//! What each layer says of a photo, field by field: the file, and the person
//! above it.
//!
//! A field is `{"embedded": …, "user": …, "effective": "embedded"|"user"|null}`:
//! a user layer that is effective with `null` (no place) or `""` hides what the
//! file says. Tags are united, so they say what the file has, what was given and
//! what was taken away.

use super::asset_json::LocationJson;
use kphotos_domain::catalog::{Facts, Field, FieldValue};
use kphotos_domain::kernel::{AssetId, UserId};
use kphotos_domain::view::{TagRow, View};
use serde::Serialize;
use serde_json::{Map, Value, json};

/// The layers of an asset, as they are written: an object by field.
pub(crate) fn layers(view: &View, user: UserId, id: AssetId) -> Value {
    let mut fields = Map::new();
    for field in Field::ALL {
        let embedded = view.facts(id).map_or(Value::Null, |facts| embedded(facts, field));
        let edit = view.edit(id, field.key(user));
        let effective = match edit {
            Some(_) => Some("user"),
            None => (!embedded.is_null()).then_some("embedded"),
        };
        let own = edit.map_or(Value::Null, edited);
        let layer = json!({ "embedded": embedded, "user": own, "effective": effective });
        fields.insert(field.as_str().to_owned(), layer);
    }
    fields.insert("tags".to_owned(), tags(view, id));
    Value::Object(fields)
}

fn tags(view: &View, id: AssetId) -> Value {
    let paths = |of: &dyn Fn(&TagRow) -> bool| -> Vec<String> {
        let found = view.tags().filter(|(_, row)| of(row));
        found.map(|(tag, _)| view.tag_path(tag)).collect()
    };
    json!({
        "embedded": paths(&|row| row.embedded.contains(id)),
        "added": paths(&|row| row.added.contains(id)),
        "removed": paths(&|row| row.embedded.contains(id) && row.suppressed.contains(id)),
    })
}

fn embedded(facts: &Facts, field: Field) -> Value {
    match field {
        Field::Title => value(&facts.title),
        Field::Description => value(&facts.description),
        Field::Rating => value(&facts.rating),
        Field::Label => value(&facts.label),
        Field::Favorite | Field::Hidden => Value::Null,
        Field::Location => value(&facts.location.map(LocationJson::new)),
        Field::Orientation => value(&facts.orientation),
        Field::Taken => value(&facts.taken.map(|taken| taken.to_string())),
    }
}

fn edited(edit: &FieldValue) -> Value {
    match edit {
        FieldValue::Text(text) => value(text),
        FieldValue::Rating(rating) => value(rating),
        FieldValue::Flag(flag) => value(flag),
        FieldValue::Location(at) => value(&at.map(LocationJson::new)),
        FieldValue::Orientation(turn) => value(turn),
        FieldValue::Taken(taken) => value(&taken.to_string()),
    }
}

fn value(of: &impl Serialize) -> Value {
    serde_json::to_value(of).unwrap_or(Value::Null)
}
