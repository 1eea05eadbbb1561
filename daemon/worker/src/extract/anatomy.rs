//! Where a sidecar says what: its properties and regions by their places in its text.
//!
//! Whoever puts edits into a sidecar replaces some of its bytes and leaves the rest as it is; which bytes those are is told
//! here, so that nobody but this process parses the text. Properties may be elements or attributes of `rdf:Description`;
//! only those of the outermost level and of [`NAMESPACES`] are told. What the sidecar *means* is read as always
//! ([`super::sidecar`]): its tags and names come along.
//!
//! It refuses what reading refuses, text that is no XML through and through, and packets without `rdf:RDF`.

use std::ops::Range;

use roxmltree::{Attribute, Document, Node, ParsingOptions};

use super::faces::{Area, four, short};
use super::fields::number;
use super::mend::{MAX_NODES, RDF, XML, is_modest};
use super::sidecar;
use crate::protocol::{AnatomyRecord, MAX_FACES, PropertyRecord, RegionRecord, RegionsRecord};

/// The most bytes of a text that is sent along because it is not in UTF-8.
const MAX_TEXT_BYTES: usize = 256 << 10;
/// The most properties that are told.
const MAX_PROPERTIES: usize = 1024;

const MWG: &str = "http://www.metadataworkinggroup.com/schemas/regions/";
const MICROSOFT: &str = "http://ns.microsoft.com/photo/1.2/";

/// Those in which something is written that K-Photos knows.
const NAMESPACES: [&str; 16] = [
    "http://purl.org/dc/elements/1.1/",
    "http://ns.adobe.com/xap/1.0/",
    "http://ns.adobe.com/tiff/1.0/",
    "http://ns.adobe.com/exif/1.0/",
    "http://ns.adobe.com/photoshop/1.0/",
    "http://www.digikam.org/ns/1.0/",
    "http://ns.adobe.com/lightroom/1.0/",
    "http://ns.microsoft.com/photo/1.0/",
    "http://ns.iview-multimedia.com/mediapro/1.0/",
    "http://ns.acdsee.com/iptc/1.0/",
    "http://www.metadataworkinggroup.com/schemas/keywords/",
    "http://darktable.sf.net/",
    "http://ns.acdsee.com/regions/",
    "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    MWG,
    MICROSOFT,
];

/// Tells where a sidecar says what.
///
/// # Errors
/// It is none that could be edited; the text says why.
pub(crate) fn anatomy(bytes: &[u8]) -> Result<AnatomyRecord, String> {
    let facts = sidecar::read(bytes, "xmp").ok_or("not readable as XMP")??;
    let own = std::str::from_utf8(bytes)
        .ok()
        .filter(|_| !sidecar::is_single_byte(bytes) && !bytes.contains(&0));
    let recoded = own.is_none().then(|| sidecar::text(bytes));
    let text = own.or(recoded.as_deref()).unwrap_or_default();
    if recoded.as_ref().is_some_and(|text| text.len() > MAX_TEXT_BYTES) {
        return Err("a long sidecar that is not in UTF-8".to_owned());
    }
    let body = text.trim_start_matches('\u{feff}').trim();
    let start = text.len() - text.trim_start_matches('\u{feff}').trim_start().len();
    if !is_modest(body) {
        return Err("a sidecar with too many attributes".to_owned());
    }
    let options = ParsingOptions {
        allow_dtd: false,
        nodes_limit: MAX_NODES,
        ..ParsingOptions::default()
    };
    let document = Document::parse_with_options(body, options)
        .map_err(|error| format!("not readable as XML: {error}"))?;
    let rdf = document
        .descendants()
        .find(|node| node.has_tag_name((RDF, "RDF")))
        .ok_or("a packet without rdf:RDF")?;
    let source = Source { body, start };
    let descriptions = || rdf.children().filter(Node::is_element);
    let about = descriptions().find_map(|node| node.attribute((RDF, "about")).or(node.attribute("about")));
    let mut people: Vec<String> = facts.faces.into_iter().filter_map(|face| face.name).collect();
    people.extend(facts.persons);
    let (at_end, open, close) = source.end_of(rdf);
    Ok(AnatomyRecord {
        at_end,
        open,
        close,
        about: about.unwrap_or_default().to_owned(),
        declares_rdf: rdf.lookup_namespace_uri(Some("rdf")) != Some(RDF),
        properties: properties(&source, descriptions()),
        regions: regions(&source, descriptions()),
        tags: facts.tags,
        people,
        text: recoded,
    })
}

/// The text that was parsed, and where it begins in the whole.
struct Source<'a> {
    body: &'a str,
    start: usize,
}

impl Source<'_> {
    fn place(&self, range: &Range<usize>) -> (usize, usize) {
        (range.start + self.start, range.end + self.start)
    }

    /// With the blanks before it.
    fn with_blanks(&self, range: &Range<usize>) -> (usize, usize) {
        let before = self.body.get(..range.start).unwrap_or_default();
        self.place(&(before.trim_end().len()..range.end))
    }

    /// Where further elements can be put into this one, and what goes round them.
    fn end_of(&self, node: Node<'_, '_>) -> ((usize, usize), String, String) {
        let range = node.range();
        let whole = self.body.get(range.clone()).unwrap_or_default();
        if let Some(opening) = whole.strip_suffix("/>")
            && !node.has_children()
        {
            let name = opening.trim_start_matches('<');
            let ends = |letter: char| letter.is_whitespace();
            let name = name.split(ends).next().unwrap_or_default();
            let place = self.place(&(range.end.saturating_sub(2)..range.end));
            return (place, ">\n".to_owned(), format!("\n</{name}>"));
        }
        let inside = whole
            .rfind("</")
            .and_then(|last| whole.get(..last))
            .unwrap_or(whole);
        let at = range.start + inside.trim_end().len();
        (self.place(&(at..at)), "\n".to_owned(), String::new())
    }
}

fn is_known(namespace: Option<&str>) -> bool {
    namespace.is_some_and(|namespace| NAMESPACES.contains(&namespace))
}

fn properties<'a>(
    source: &Source<'_>,
    descriptions: impl Iterator<Item = Node<'a, 'a>>,
) -> Vec<PropertyRecord> {
    let mut found = Vec::new();
    for description in descriptions {
        for attribute in description.attributes().filter(|one| is_known(one.namespace())) {
            found.push(PropertyRecord {
                namespace: attribute.namespace().unwrap_or_default().to_owned(),
                name: attribute.name().to_owned(),
                place: source.with_blanks(&attribute.range()),
                list: None,
            });
        }
        let elements = description.children().filter(Node::is_element);
        for element in elements.filter(|one| is_known(one.tag_name().namespace())) {
            found.push(PropertyRecord {
                namespace: element.tag_name().namespace().unwrap_or_default().to_owned(),
                name: element.tag_name().name().to_owned(),
                place: source.with_blanks(&element.range()),
                list: list_in(element).map(|list| list.tag_name().name().to_owned()),
            });
        }
    }
    found.truncate(MAX_PROPERTIES);
    found
}

/// The list that a property has.
fn list_in<'a>(property: Node<'a, 'a>) -> Option<Node<'a, 'a>> {
    let is_list = |node: &Node<'_, '_>| {
        node.tag_name().namespace() == Some(RDF) && matches!(node.tag_name().name(), "Bag" | "Seq" | "Alt")
    };
    property.children().find(is_list)
}

fn regions<'a>(source: &Source<'_>, descriptions: impl Iterator<Item = Node<'a, 'a>>) -> Vec<RegionsRecord> {
    let mut found: Vec<RegionsRecord> = Vec::new();
    for description in descriptions {
        for property in description.children().filter(Node::is_element) {
            let (is_microsoft, inner) = match (property.tag_name().namespace(), property.tag_name().name()) {
                (Some(MWG), "Regions") => (false, "RegionList"),
                (Some(MICROSOFT), "RegionInfo") => (true, "Regions"),
                _ => continue,
            };
            let list = field(property, inner).and_then(|field| match field {
                Field::Element(element) => list_in(element),
                Field::Attribute(_) => None,
            });
            if let Some(list) = list
                && !found.iter().any(|known| known.is_microsoft == is_microsoft)
            {
                found.extend(region_list(source, property, list, is_microsoft));
            }
        }
    }
    found
}

fn region_list(
    source: &Source<'_>,
    property: Node<'_, '_>,
    list: Node<'_, '_>,
    is_microsoft: bool,
) -> Option<RegionsRecord> {
    let items: Vec<_> = list
        .children()
        .filter(|node| node.has_tag_name((RDF, "li")))
        .take(MAX_FACES)
        .collect();
    let region = |item: &Node<'_, '_>| {
        let name = field(*item, if is_microsoft { "PersonDisplayName" } else { "Name" });
        RegionRecord {
            place: source.with_blanks(&item.range()),
            at: if is_microsoft {
                cornered(*item)
            } else {
                centred(property, *item)
            },
            kind: field(*item, "Type").map(|kind| short(kind.text())),
            name: name
                .as_ref()
                .map(|name| short(name.text().trim()))
                .filter(|name| !name.is_empty()),
            name_place: name.and_then(|name| name.place(source)),
        }
    };
    Some(RegionsRecord {
        is_microsoft,
        end: source.start + items.last()?.range().end,
        regions: items.iter().map(region).collect(),
    })
}

fn centred(property: Node<'_, '_>, item: Node<'_, '_>) -> Option<[f64; 4]> {
    let Some(Field::Element(area)) = field(item, "Area") else {
        return None;
    };
    let side = |name: &str| number(field(area, name)?.text().trim());
    let mut found = Area {
        x: side("x")?,
        y: side("y")?,
        w: side("w").or_else(|| side("d"))?,
        h: side("h").or_else(|| side("d"))?,
    };
    if field(area, "unit").is_some_and(|unit| unit.text().trim().eq_ignore_ascii_case("pixel")) {
        let Some(Field::Element(applied)) = field(property, "AppliedToDimensions") else {
            return None;
        };
        let applied = |name: &str| number(field(applied, name)?.text().trim());
        found = found.in_parts_of(applied("w")?, applied("h")?);
    }
    sides(found)
}

fn cornered(item: Node<'_, '_>) -> Option<[f64; 4]> {
    let [x, y, w, h] = four(field(item, "Rectangle")?.text())?;
    sides(Area::cornered(x, y, w, h))
}

fn sides(area: Area) -> Option<[f64; 4]> {
    let Area { x, y, w, h } = area.sound()?;
    Some([x, y, w, h])
}

/// A field of a structure, in either way of writing it.
enum Field<'a> {
    Attribute(Attribute<'a, 'a>),
    Element(Node<'a, 'a>),
}

impl<'a> Field<'a> {
    fn text(&self) -> &'a str {
        match self {
            Self::Attribute(attribute) => attribute.value(),
            Self::Element(element) => element.text().unwrap_or_default(),
        }
    }

    /// Where alone its text is; `None` where it cannot be replaced by itself.
    fn place(&self, source: &Source<'_>) -> Option<(usize, usize)> {
        let range = match self {
            Self::Attribute(attribute) => attribute.range_value(),
            Self::Element(element) => {
                let range = element.range();
                let whole = source.body.get(range.clone())?;
                let is_plain = element.attributes().next().is_none()
                    && element.children().count() == 1
                    && !whole.contains("<!");
                let from = whole.find('>').filter(|_| is_plain)? + 1;
                whole.get(..from).filter(|tag| !tag.contains('='))?;
                range.start + from..range.start + whole.rfind("</")?
            }
        };
        source.body.get(range.clone())?;
        Some(source.place(&range))
    }
}

/// The field of this name, whatever its namespace, of a structure or of the description in it.
fn field<'a>(structure: Node<'a, 'a>, name: &str) -> Option<Field<'a>> {
    let is_own = |attribute: &Attribute<'_, '_>| {
        attribute.name() == name && !matches!(attribute.namespace(), None | Some(RDF | XML))
    };
    if let Some(attribute) = structure.attributes().find(is_own) {
        return Some(Field::Attribute(attribute));
    }
    for child in structure.children().filter(Node::is_element) {
        if child.has_tag_name((RDF, "Description")) {
            return field_of(child, name);
        }
        if child.tag_name().name() == name {
            return Some(Field::Element(child));
        }
    }
    None
}

/// The same without going deeper.
fn field_of<'a>(description: Node<'a, 'a>, name: &str) -> Option<Field<'a>> {
    let attribute = description
        .attributes()
        .find(|attribute| attribute.name() == name);
    let element = || {
        description
            .children()
            .find(|child| child.is_element() && child.tag_name().name() == name)
    };
    attribute
        .map(Field::Attribute)
        .or_else(|| element().map(Field::Element))
}
