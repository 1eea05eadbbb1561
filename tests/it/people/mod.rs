//! Faces and people: as real files have them, as a person edits them, in the tree, over a restart and without the layer.
//!
//! `files`: what the corpus says against what is shown. `edits`: naming, rejecting, adding; the layer lost; files that
//! other programs write again. `windows`: `people/` as who has it open sees it.

mod edits;
mod files;
mod windows;

use serde_json::Value;

/// The faces of an asset: (name or "", type, box).
fn faces(asset: &Value) -> Vec<(String, String, [f64; 4])> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let face = |face: &Value| {
        let at = ["x", "y", "w", "h"].map(|part| face[part].as_f64().unwrap());
        (text(&face["name"]), text(&face["type"]), at)
    };
    asset["faces"].as_array().unwrap().iter().map(face).collect()
}

/// The texts of a list.
fn texts(list: &Value) -> Vec<String> {
    let list = list.as_array().unwrap().iter();
    list.map(|text| text.as_str().unwrap().to_owned()).collect()
}
