//! Lists of an XMP packet's text, for those that exiv2 does not hand out whole.
//!
//! It shows a list as one text, parted by commas, and its items one by one only where that is short ([`Fields::list`]).
//! Here a list is read as it stands: a bag, a sequence or an alternative, whatever the language of its items. It knows the
//! lists at the top of a packet, of the namespaces whose lists are asked for; it refuses, as `None`, others, and what
//! [`mend::document`] refuses.
//!
//! [`Fields::list`]: super::fields::Fields::list

use roxmltree::Node;

use super::mend::{self, RDF};

/// Namespaces that exiv2 knows by itself, beside those that it is told.
const KNOWN: [(&str, &str); 2] = [
    ("http://purl.org/dc/elements/1.1/", "dc"),
    ("http://iptc.org/std/Iptc4xmpExt/2008-02-29/", "iptcExt"),
];

/// The items of a list by exiv2's name of it, such as `Xmp.dc.subject`; never none.
pub(super) fn items(packet: &str, tag: &str) -> Option<Vec<String>> {
    let (prefix, property) = tag.strip_prefix("Xmp.")?.split_once('.')?;
    let known = super::NAMESPACES.iter().chain(&KNOWN);
    let (namespace, _) = known.into_iter().find(|(_, known)| *known == prefix)?;
    let document = mend::document(packet)?;
    let rdf = document
        .descendants()
        .find(|node| node.has_tag_name((RDF, "RDF")))?;
    let list = rdf
        .children()
        .flat_map(|description| description.children())
        .find(|node| node.has_tag_name((*namespace, property)))?
        .children()
        .find(Node::is_element)?;
    let items: Vec<String> = list
        .children()
        .filter(|node| node.has_tag_name((RDF, "li")))
        .map(|item| {
            let texts = item.children().filter(Node::is_text);
            texts.filter_map(|text| text.text()).collect()
        })
        .collect();
    (!items.is_empty()).then_some(items)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(property: &str) -> String {
        format!(
            "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='{RDF}'><rdf:Description rdf:about='' \
             xmlns:lightroom='http://ns.adobe.com/lightroom/1.0/' xmlns:dc='http://purl.org/dc/elements/1.1/'>\
             {property}</rdf:Description></rdf:RDF></x:xmpmeta>"
        )
    }

    fn tags(property: &str) -> Vec<String> {
        crate::extract::prepare().unwrap();
        let facts = crate::extract::facts(packet(property).as_bytes(), "xmp").unwrap();
        facts.tags.into_iter().map(|path| path.join("/")).collect()
    }

    #[test]
    fn items_with_a_language_are_items_in_every_kind_of_list() {
        for kind in ["Bag", "Seq", "Alt"] {
            for (sea, sun) in [
                ("", ""),
                (" xml:lang='x-default'", ""),
                (" xml:lang='x-default'", " xml:lang='x-default'"),
                (" xml:lang='en'", " xml:lang='de'"),
            ] {
                let property = format!(
                    "<dc:subject><rdf:{kind}><rdf:li{sea}>Sea, salt</rdf:li><rdf:li{sun}>Sun &amp; <![CDATA[air]]>\
                     </rdf:li></rdf:{kind}></dc:subject>"
                );
                assert_eq!(tags(&property), ["Sea, salt", "Sun & air"], "{property}");
            }
        }
        let paths = "<lightroom:hierarchicalSubject><rdf:Bag><rdf:li xml:lang='en'>Places|Rome</rdf:li></rdf:Bag>\
                     </lightroom:hierarchicalSubject>";
        assert_eq!(tags(paths), ["Places/Rome"]);
    }

    #[test]
    fn items_of_a_long_list_keep_their_commas() {
        let item = |number: usize| format!("Place {number}, somewhere far from here");
        let listed: String = (0..500)
            .map(|number| format!("<rdf:li>{}</rdf:li>", item(number)))
            .collect();
        let found = tags(&format!("<dc:subject><rdf:Bag>{listed}</rdf:Bag></dc:subject>"));
        assert_eq!(found, (0..500).map(item).collect::<Vec<_>>());
        let commented = packet(
            "<dc:subject><rdf:Bag><!-- a --><rdf:li>Sea<!-- b -->side</rdf:li></rdf:Bag></dc:subject>",
        );
        assert_eq!(items(&commented, "Xmp.dc.subject").unwrap(), ["Seaside"]);
    }

    #[test]
    fn what_is_no_list_or_of_an_unknown_name_is_none() {
        let text = packet("<dc:subject>Sea</dc:subject><dc:title><rdf:Alt/></dc:title>");
        for tag in [
            "Xmp.dc.subject",
            "Xmp.dc.title",
            "Xmp.dc.format",
            "Xmp.xmp.Label",
            "Exif.Image.Make",
            "",
        ] {
            assert_eq!(items(&text, tag), None, "{tag}");
        }
        assert_eq!(items("<!DOCTYPE a><a/>", "Xmp.dc.subject"), None);
    }
}
