//! Writing properties: each as the programs write it that read it.

use super::content::{SaidFace, SidecarContent};
use super::regions;
use crate::catalog::Location;
use crate::kernel::Taken;
use std::fmt::Write as _;

/// What kind of list a property has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ListKind {
    /// In no order.
    Bag,
    /// In order.
    Seq,
}

/// The labels that darktable, digiKam and Lightroom show as colours: in these letters only.
/// Sources: darktable, src/common/exif.cc; digiKam, MetaEngine (`getItemColorLabel`).
const COLOURS: [&str; 5] = ["Red", "Yellow", "Green", "Blue", "Purple"];

impl ListKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Bag => "Bag",
            Self::Seq => "Seq",
        }
    }
}

/// RDF's own namespace.
pub(super) const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";

/// The namespaces that are written, by the prefixes that all programs know.
const NAMESPACES: [(&str, &str); 16] = [
    ("dc", "http://purl.org/dc/elements/1.1/"),
    ("xmp", "http://ns.adobe.com/xap/1.0/"),
    ("tiff", "http://ns.adobe.com/tiff/1.0/"),
    ("exif", "http://ns.adobe.com/exif/1.0/"),
    ("photoshop", "http://ns.adobe.com/photoshop/1.0/"),
    ("digiKam", "http://www.digikam.org/ns/1.0/"),
    ("lr", "http://ns.adobe.com/lightroom/1.0/"),
    ("darktable", "http://darktable.sf.net/"),
    ("mwg-rs", "http://www.metadataworkinggroup.com/schemas/regions/"),
    ("stDim", "http://ns.adobe.com/xap/1.0/sType/Dimensions#"),
    ("stArea", "http://ns.adobe.com/xmp/sType/Area#"),
    ("MP", "http://ns.microsoft.com/photo/1.2/"),
    ("MPRI", "http://ns.microsoft.com/photo/1.2/t/RegionInfo#"),
    ("MPReg", "http://ns.microsoft.com/photo/1.2/t/Region#"),
    ("Iptc4xmpExt", "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"),
    ("rdf", RDF),
];

/// Above a person's name in the tree of tags, as digiKam has it.
const PEOPLE: &str = "People";

/// Properties being written, one a line.
#[derive(Default)]
pub(super) struct Properties {
    lines: String,
}

impl Properties {
    /// The lines of an `rdf:Description` about this resource; none without properties.
    pub(super) fn described(&self, about: &str, declares_rdf: bool) -> Option<String> {
        if self.lines.is_empty() {
            return None;
        }
        let mut text = format!("  <rdf:Description rdf:about=\"{}\"", escaped(about));
        for (prefix, namespace) in NAMESPACES {
            let is_used = match prefix {
                "rdf" => declares_rdf,
                _ => self.uses(prefix),
            };
            if is_used {
                let _ = write!(text, "\n    xmlns:{prefix}=\"{namespace}\"");
            }
        }
        Some(format!("{text}>\n{}  </rdf:Description>\n", self.lines))
    }

    fn uses(&self, prefix: &str) -> bool {
        [format!("<{prefix}:"), format!(" {prefix}:")]
            .iter()
            .any(|start| self.lines.contains(start))
    }

    /// One whole line.
    pub(super) fn line(&mut self, line: &str) {
        let _ = writeln!(self.lines, "   {line}");
    }

    pub(super) fn text(&mut self, property: &str, value: &str) {
        let value = escaped(value);
        self.line(&format!("<{property}>{value}</{property}>"));
    }

    fn alternative(&mut self, property: &str, value: &str) {
        let value = escaped(value);
        self.line(&format!("<{property}><rdf:Alt>"));
        self.line(&format!(" <rdf:li xml:lang=\"x-default\">{value}</rdf:li>"));
        self.line(&format!("</rdf:Alt></{property}>"));
    }

    fn list(&mut self, property: &str, kind: ListKind, items: &[String]) {
        if items.is_empty() {
            return;
        }
        let kind = kind.as_str();
        self.line(&format!("<{property}><rdf:{kind}>"));
        for item in items {
            self.line(&format!(" <rdf:li>{}</rdf:li>", escaped(item)));
        }
        self.line(&format!("</rdf:{kind}></{property}>"));
    }

    pub(super) fn title(&mut self, value: Option<&str>) {
        if let Some(value) = value {
            self.alternative("dc:title", value);
        }
    }

    pub(super) fn description(&mut self, value: Option<&str>) {
        if let Some(value) = value {
            self.alternative("dc:description", value);
            self.alternative("tiff:ImageDescription", value);
        }
    }

    pub(super) fn rating(&mut self, value: Option<i8>) {
        if let Some(value) = value {
            self.text("xmp:Rating", &value.to_string());
        }
    }

    pub(super) fn label(&mut self, value: Option<&str>) {
        if let Some(value) = value {
            let colour = COLOURS
                .into_iter()
                .find(|colour| colour.eq_ignore_ascii_case(value));
            self.text("xmp:Label", colour.unwrap_or(value));
        }
    }

    pub(super) fn orientation(&mut self, value: Option<u8>) {
        if let Some(value) = value {
            self.text("tiff:Orientation", &value.to_string());
        }
    }

    pub(super) fn taken(&mut self, value: Option<&Taken>) {
        let Some(taken) = value else { return };
        let text = taken.to_string();
        for property in ["exif:DateTimeOriginal", "photoshop:DateCreated", "xmp:CreateDate"] {
            self.text(property, &text);
        }
        if let Some(minutes) = taken.offset_minutes {
            let sign = if minutes < 0 { '-' } else { '+' };
            let minutes = minutes.unsigned_abs();
            let offset = format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60);
            self.text("exif:OffsetTimeOriginal", &offset);
        }
    }

    pub(super) fn location(&mut self, value: Option<&Location>) {
        let Some(place) = value else { return };
        self.text("exif:GPSLatitude", &degrees(place.lat_e7, ['N', 'S']));
        self.text("exif:GPSLongitude", &degrees(place.lon_e7, ['E', 'W']));
        if let Some(alt_cm) = place.alt_cm {
            self.text("exif:GPSAltitude", &format!("{}/100", alt_cm.unsigned_abs()));
            self.text("exif:GPSAltitudeRef", if alt_cm < 0 { "1" } else { "0" });
        }
    }

    /// Tags in the three lists; the kinds are those that a sidecar had before.
    pub(super) fn tags(&mut self, content: &SidecarContent, kinds: [ListKind; 3]) {
        let paths = tag_paths(content);
        let joined = |separator: char| -> Vec<String> {
            let is_whole = |path: &&Vec<&str>| !path.iter().any(|name| name.contains(separator));
            let paths = paths.iter().filter(is_whole);
            paths.map(|path| path.join(&separator.to_string())).collect()
        };
        let mut leaves: Vec<String> = Vec::new();
        for leaf in paths.iter().filter_map(|path| path.last()) {
            if !leaves.iter().any(|other| other == leaf) {
                leaves.push((*leaf).to_owned());
            }
        }
        let [tree, hierarchy, flat] = kinds;
        self.list("digiKam:TagsList", tree, &joined('/'));
        self.list("lr:hierarchicalSubject", hierarchy, &joined('|'));
        self.list("dc:subject", flat, &leaves);
    }

    pub(super) fn people(&mut self, content: &SidecarContent) {
        let names: Vec<String> = content.people.iter().map(|one| one.name.to_string()).collect();
        self.list("Iptc4xmpExt:PersonInImage", ListKind::Bag, &names);
    }
}

/// The lists of tags as they are written into a new packet.
pub(super) const KINDS: [ListKind; 3] = [ListKind::Seq, ListKind::Bag, ListKind::Bag];

/// The tags, and those by which programs show who is in the picture.
pub(super) fn tag_paths(content: &SidecarContent) -> Vec<Vec<&str>> {
    let own = content.tags.value.iter();
    let mut paths: Vec<Vec<&str>> = own
        .map(|path| path.iter().map(|name| &**name).collect())
        .collect();
    for person in &content.people {
        let path = vec![PEOPLE, &*person.name];
        // A separator in the name would make two of it.
        if !paths.contains(&path) && !person.name.contains(['/', '|']) {
            paths.push(path);
        }
    }
    paths
}

/// A packet of its own: everything that is known of the photo.
#[must_use]
pub fn whole(content: &SidecarContent) -> String {
    let mut properties = Properties::default();
    if !content.extension.is_empty() {
        properties.text("photoshop:SidecarForExtension", &content.extension);
    }
    properties.title(content.title.value.as_deref());
    properties.description(content.description.value.as_deref());
    properties.rating(content.rating.value);
    properties.label(content.label.value.as_deref());
    properties.orientation(content.orientation.value);
    properties.taken(content.taken.value.as_ref());
    properties.location(content.location.value.as_ref());
    properties.tags(content, KINDS);
    properties.people(content);
    let faces: Vec<&SaidFace> = content.faces.value.iter().collect();
    regions::put_mwg(&mut properties, &faces, content.size);
    regions::put_microsoft(&mut properties, &faces);
    format!(
        "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n\
         <x:xmpmeta xmlns:x=\"adobe:ns:meta/\" x:xmptk=\"K-Photos {}\">\n \
         <rdf:RDF xmlns:rdf=\"{RDF}\">\n{} </rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"w\"?>\n",
        env!("CARGO_PKG_VERSION"),
        properties.described("", false).unwrap_or_default(),
    )
}

/// `52,31.200000N`: exact to a ten-millionth of a degree, as degrees are kept here
/// (XMP specification part 2, GPSCoordinate).
fn degrees(e7: i32, [positive, negative]: [char; 2]) -> String {
    let reference = if e7 < 0 { negative } else { positive };
    let e7 = e7.unsigned_abs();
    let (whole, rest) = (e7 / 10_000_000, e7 % 10_000_000);
    // Sixty minutes of ten million parts: millionths of a minute.
    let minutes = rest * 6;
    format!(
        "{whole},{}.{:06}{reference}",
        minutes / 1_000_000,
        minutes % 1_000_000
    )
}

/// As it may stand in an element or an attribute: without what XML 1.0 has no sign for.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\r' => escaped.push_str("&#xD;"),
            '\n' | '\t' | '\u{20}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}' => escaped.push(letter),
            _ => {}
        }
    }
    escaped
}
