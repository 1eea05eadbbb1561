//! Tags: the union of every place in which programs keep them, as paths.
//!
//! Hierarchies come first, then the flat lists, of which a word that is already the last step of a path is not repeated,
//! nor an IPTC keyword that was cut at its 64 bytes and stands whole elsewhere. Each source is accepted as bag, sequence
//! or plain text. digiKam's internal marks are not tags.

use std::collections::HashMap;

use super::captions::windows_text;
use super::fields::{Fields, MAX_ITEMS, clean};
use super::structures::bare;

type Path = Vec<String>;

/// All tags, root first, in the order found, without repeats.
pub(super) fn tags(fields: &Fields<'_>) -> Vec<Path> {
    let mut found = Vec::new();
    let separated = [
        ("Xmp.digiKam.TagsList", '/'),
        ("Xmp.lr.hierarchicalSubject", '|'),
        ("Xmp.lr.HierarchicalSubject", '|'),
        ("Xmp.MicrosoftPhoto.LastKeywordXMP", '/'),
        ("Xmp.mediapro.CatalogSets", '|'),
    ];
    for (tag, separator) in separated {
        for item in fields.list(tag) {
            add(&mut found, item.split(separator).filter_map(clean).collect());
        }
    }
    if let Some(xml) = fields.text("Xmp.acdsee.categories") {
        acdsee_categories(&xml)
            .into_iter()
            .for_each(|path| add(&mut found, path));
    }
    keyword_hierarchies(fields)
        .into_iter()
        .for_each(|path| add(&mut found, path));
    let mut flat = fields.list("Xmp.dc.subject");
    flat.extend(fields.list("Iptc.Application2.Keywords"));
    let windows = windows_text(fields, "Exif.Image.XPKeywords").unwrap_or_default();
    flat.extend(windows.split([';', '\u{1c}']).filter_map(clean));
    for word in flat {
        let known = |leaf: &String| *leaf == word || (word.len() >= 60 && leaf.starts_with(&word));
        if !found.iter().filter_map(|path| path.last()).any(known) {
            add(&mut found, vec![word]);
        }
    }
    found
}

fn add(found: &mut Vec<Path>, path: Path) {
    let internal = path
        .first()
        .is_some_and(|root| root == "_Digikam_Internal_Tags_" || root == "_Digikam_root_tag_");
    if !path.is_empty() && !internal && found.len() < MAX_ITEMS && !found.contains(&path) {
        found.push(path);
    }
}

/// acdsee:categories, an XML text: `<Categories><Category Assigned="0">A<Category Assigned="1">B</Category>…`.
fn acdsee_categories(xml: &str) -> Vec<Path> {
    let mut paths = Vec::new();
    let mut open: Vec<(String, bool)> = Vec::new();
    for piece in xml.split('<').skip(1) {
        let Some((element, text)) = piece.split_once('>') else {
            break;
        };
        if element.starts_with("/Category") {
            open.pop();
        } else if element.starts_with("Category ") || element == "Category" {
            let name = text
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&apos;", "'")
                .replace("&amp;", "&");
            open.push((clean(&name).unwrap_or_default(), is_assigned(element)));
            if open.len() > 64 || paths.len() >= MAX_ITEMS {
                break;
            }
            if open.last().is_some_and(|(_, assigned)| *assigned) {
                paths.push(
                    open.iter()
                        .map(|(name, _)| name.clone())
                        .filter(|name| !name.is_empty())
                        .collect(),
                );
            }
        }
    }
    paths
}

/// Whether an element says so, in quotes of either kind.
fn is_assigned(element: &str) -> bool {
    let element = element.replace('\'', "\"");
    let mut parts = element.split("Assigned").skip(1);
    parts.any(|behind| {
        let value = behind.trim_start().strip_prefix('=').map(str::trim_start);
        value.is_some_and(|value| value.starts_with("\"1\""))
    })
}

/// mwg-kw:Keywords (MWG guidelines 2.0): nested structures, which exiv2 shows as one property a field, such as
/// `Xmp.mwg-kw.Keywords/mwg-kw:Hierarchy[1]/mwg-kw:Children[2]/mwg-kw:Keyword`; here without the inner prefixes.
fn keyword_hierarchies(fields: &Fields<'_>) -> Vec<Path> {
    const KEYWORD: &str = "/Keyword";
    let names = fields.xmp_names(&["Xmp.mwg-kw."]);
    let bares: Vec<String> = names.iter().map(|name| bare(name)).collect();
    let named: HashMap<&str, &String> = bares.iter().map(String::as_str).zip(&names).collect();
    let text = |bare: &str| fields.text(named.get(bare)?);
    let nodes: Vec<&str> = bares
        .iter()
        .filter_map(|name| name.strip_suffix(KEYWORD))
        .collect();
    let mut paths = Vec::new();
    for node in &nodes {
        let children = format!("{node}/Children");
        let applied = text(&format!("{node}/Applied")).is_some_and(|text| text == "True");
        if applied || !nodes.iter().any(|other| other.starts_with(&children)) {
            let mut path = Vec::new();
            let mut step = Some(*node);
            while let Some(current) = step {
                path.extend(text(&format!("{current}{KEYWORD}")));
                step = current.rsplit_once("/Children[").map(|(parent, _)| parent);
            }
            path.reverse();
            paths.push(path);
        }
    }
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assigned_categories_become_paths() {
        let xml = "<Categories><Category Assigned=\"0\">Places<Category Assigned=\"1\">Rome &amp; sea</Category></Category>\
                   <Category Assigned=\"1\">Family</Category></Categories>";
        let expect = vec![
            vec!["Places".to_owned(), "Rome & sea".to_owned()],
            vec!["Family".to_owned()],
        ];
        assert_eq!(acdsee_categories(xml), expect);
    }

    #[test]
    fn categories_may_have_quotes_of_either_kind() {
        let xml = "<Categories><Category Assigned='0'>Places<Category Id='3' Assigned = '1'>Rome&apos;s</Category>\
                   </Category><Category Assigned='10'>None</Category></Categories>";
        assert_eq!(acdsee_categories(xml), [["Places", "Rome's"]]);
    }

    #[test]
    fn keyword_hierarchies_are_read_whatever_their_prefix_is() {
        crate::extract::prepare().unwrap();
        for prefix in ["mwg-kw", "words"] {
            let packet = "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF \
                 xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description rdf:about='' \
                 xmlns:P='http://www.metadataworkinggroup.com/schemas/keywords/'>\
                 <P:Keywords rdf:parseType='Resource'><P:Hierarchy><rdf:Bag><rdf:li rdf:parseType='Resource'>\
                 <P:Keyword>Places</P:Keyword><P:Applied>True</P:Applied><P:Children><rdf:Bag>\
                 <rdf:li rdf:parseType='Resource'><P:Keyword>Rome</P:Keyword></rdf:li></rdf:Bag></P:Children>\
                 </rdf:li></rdf:Bag></P:Hierarchy></P:Keywords></rdf:Description></rdf:RDF></x:xmpmeta>";
            let packet = packet
                .replace("P:", &format!("{prefix}:"))
                .replace(":P=", &format!(":{prefix}="));
            let facts = crate::extract::facts(packet.as_bytes(), "xmp").unwrap();
            assert_eq!(facts.tags, [vec!["Places", "Rome"], vec!["Places"]], "{prefix}");
        }
    }

    #[test]
    fn broken_category_xml_ends_the_list() {
        assert_eq!(
            acdsee_categories("<Categories><Category Assigned=\"1\""),
            Vec::<Path>::new()
        );
        assert!(acdsee_categories(&"<Category Assigned=\"1\">a".repeat(1000)).len() <= 64);
    }
}
