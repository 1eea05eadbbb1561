//! XMP packets that exiv2's toolkit misreads, put right before it sees them.
//!
//! Two things are wrong with it (0.27): a property that is **empty** is given the value of the one before it, so that an
//! empty label becomes the creator's name; and packets whose prefixes are bound anew inside, or bound to other names than
//! usual, are refused. [`without_empty`] leaves out the empty properties, of structures and lists too; [`rewritten`] puts
//! down the same statements with one prefix a namespace. Both say `None` where there is nothing to gain, and of text
//! that is no XML, of document types, and of more elements, attributes and namespaces than [`MAX_NODES`],
//! [`MAX_ATTRIBUTES`] and [`MAX_NAMESPACES`].
//!
//! What an empty property *means* is not lost by this: `sidecar` looks for those in the text itself.

use std::collections::BTreeMap;

use roxmltree::{Attribute, Document, Node, ParsingOptions};

/// The most elements and texts of a packet.
pub(super) const MAX_NODES: u32 = 400_000;
/// The most attributes of an element: the parser compares each with all before it, and its limit does not count them.
const MAX_ATTRIBUTES: usize = 1024;
/// The most declarations of namespaces: the parser copies all that hold to each element that has one of its own.
const MAX_NAMESPACES: usize = 1024;
/// The deepest nesting that is written down.
const MAX_DEPTH: usize = 64;

pub(super) const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
pub(super) const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// The packet without its empty properties, if it has any.
pub(crate) fn without_empty(packet: &str) -> Option<String> {
    write(packet, true)
}

/// The packet's statements in the usual form.
pub(crate) fn rewritten(packet: &str) -> Option<String> {
    write(packet, false)
}

/// The packet as XML, under the limits of this file.
pub(super) fn document(packet: &str) -> Option<Document<'_>> {
    let options = ParsingOptions {
        allow_dtd: false,
        nodes_limit: MAX_NODES,
        ..ParsingOptions::default()
    };
    let body = outermost(packet).filter(|body| is_modest(body))?;
    Document::parse_with_options(body, options).ok()
}

fn write(packet: &str, only_if_empty: bool) -> Option<String> {
    let document = document(packet)?;
    let rdf = document
        .descendants()
        .find(|node| node.has_tag_name((RDF, "RDF")))?;
    if only_if_empty && !rdf.descendants().any(has_empty) {
        return None;
    }
    if is_empty(rdf) {
        return None;
    }
    let mut writer = Writer::default();
    writer.element(rdf, 0)?;
    let names: String = writer
        .prefixes
        .iter()
        .map(|(name, prefix)| format!(" xmlns:{prefix}=\"{}\"", escaped(name)))
        .collect();
    Some(format!(
        "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"{names}>{}</x:xmpmeta>",
        writer.text
    ))
}

/// From the first element to the end of the last: processing instructions round it may be cut or padded with NULs.
fn outermost(packet: &str) -> Option<&str> {
    let mut at = 0;
    let start = loop {
        at += packet.get(at..)?.find('<')?;
        match packet.as_bytes().get(at + 1)? {
            b'?' | b'!' => at += 2,
            _ => break at,
        }
    };
    let body = packet.get(start..)?;
    let end = body.rfind("</").and_then(|last| {
        let close = body.get(last..)?.find('>')?;
        Some(last + close + 1)
    });
    body.get(..end.unwrap_or(body.len()))
}

/// Whether its attributes and namespaces are no more than the parser can do with. An element's attributes stand between
/// one `<` and the next, since no value may have one in it; texts with as many signs of equality are left alone as well.
pub(super) fn is_modest(body: &str) -> bool {
    body.matches("xmlns").count() <= MAX_NAMESPACES
        && body
            .split('<')
            .all(|tag| tag.matches('=').count() <= MAX_ATTRIBUTES)
}

fn has_empty(node: Node<'_, '_>) -> bool {
    node.is_element()
        && (node.first_child().is_none() && is_empty(node)
            || node.attributes().any(|attribute| is_empty_text(&attribute)))
}

/// An attribute that states a property, with nothing in it.
fn is_empty_text(attribute: &Attribute<'_, '_>) -> bool {
    attribute.value().is_empty() && !matches!(attribute.namespace(), None | Some(RDF | XML))
}

/// A property or an item with nothing in it, or with nothing but lists and structures of the same kind.
fn is_empty(node: Node<'_, '_>) -> bool {
    nothing_in(node, 0)
}

fn nothing_in(node: Node<'_, '_>, depth: usize) -> bool {
    let states =
        |attribute: Attribute<'_, '_>| !is_empty_text(&attribute) && attribute.namespace() != Some(XML);
    // Between elements, blanks are layout.
    let text_alone = !node.children().any(|child| child.is_element());
    let full = |child: Node<'_, '_>| {
        if child.is_element() {
            return !nothing_in(child, depth + 1);
        }
        let text = child.text().filter(|_| child.is_text()).unwrap_or_default();
        !(text.is_empty() || !text_alone && text.trim().is_empty())
    };
    depth <= MAX_DEPTH && !node.attributes().any(states) && !node.children().any(full)
}

#[derive(Default)]
struct Writer<'a> {
    text: String,
    /// Prefixes by the names of their namespaces.
    prefixes: BTreeMap<&'a str, String>,
}

impl<'a> Writer<'a> {
    fn element(&mut self, node: Node<'a, 'a>, depth: usize) -> Option<()> {
        if depth > MAX_DEPTH {
            return None;
        }
        if is_empty(node) {
            return Some(());
        }
        let name = self.name(node, node.tag_name().namespace()?, node.tag_name().name());
        self.text.push_str(&format!("<{name}"));
        for attribute in node.attributes().filter(|attribute| !is_empty_text(attribute)) {
            let name = match attribute.namespace() {
                // A bare `about` is RDF's own, as old writers put it.
                None => attribute.name().to_owned(),
                Some(XML) => format!("xml:{}", attribute.name()),
                Some(namespace) => self.name(node, namespace, attribute.name()),
            };
            self.text
                .push_str(&format!(" {name}=\"{}\"", escaped(attribute.value())));
        }
        self.text.push('>');
        for child in node.children() {
            if child.is_element() {
                self.element(child, depth + 1)?;
            } else if let Some(text) = child.text().filter(|_| child.is_text()) {
                self.text.push_str(&escaped(text));
            }
        }
        self.text.push_str(&format!("</{name}>"));
        Some(())
    }

    /// The name with the namespace's prefix: the document's own unless it means something else already.
    fn name(&mut self, node: Node<'a, 'a>, namespace: &'a str, local: &str) -> String {
        if let Some(prefix) = self.prefixes.get(namespace) {
            return format!("{prefix}:{local}");
        }
        let own = if namespace == RDF {
            Some("rdf")
        } else {
            node.lookup_prefix(namespace)
        };
        let taken = |prefix: &str| {
            matches!(prefix, "" | "x" | "xml")
                || is_made(prefix)
                || self.prefixes.values().any(|known| known == prefix)
        };
        let free = own.filter(|prefix| namespace == RDF || *prefix != "rdf" && !taken(prefix));
        let prefix = free.map_or_else(|| format!("ns{}", self.prefixes.len()), str::to_owned);
        let name = format!("{prefix}:{local}");
        self.prefixes.insert(namespace, prefix);
        name
    }
}

/// Whether a prefix has the form of those that [`Writer::name`] makes, which no other is to have.
fn is_made(prefix: &str) -> bool {
    let number = prefix.strip_prefix("ns");
    number.is_some_and(|number| number.bytes().all(|digit| digit.is_ascii_digit()))
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' => escaped.push_str("&#10;"),
            '\r' => escaped.push_str("&#13;"),
            '\t' => escaped.push_str("&#9;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(properties: &str) -> String {
        format!(
            "<?xpacket begin='' id='W5'?><x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='{RDF}'>\
             <rdf:Description rdf:about='' xmlns:dc='http://purl.org/dc/elements/1.1/' \
             xmlns:xmp='http://ns.adobe.com/xap/1.0/'{properties}</rdf:Description></rdf:RDF></x:xmpmeta>\
             <?xpacket end='w'?>\0"
        )
    }

    #[test]
    fn empty_properties_go_and_the_rest_stays() {
        let check = |properties: &str, gone: &str, stays: &str| {
            let mended = without_empty(&packet(properties)).unwrap();
            assert!(!mended.contains(gone), "{mended}");
            assert!(mended.contains(stays), "{mended}");
        };
        check(" xmp:Label='' xmp:Rating='3'>", "Label", "xmp:Rating=\"3\"");
        check(
            "><xmp:Rating>3</xmp:Rating><xmp:Label/>",
            "Label",
            "<xmp:Rating>3</xmp:Rating>",
        );
        check(
            "><dc:title><rdf:Alt><rdf:li xml:lang='x-default'/><rdf:li xml:lang='de'>a &amp; b</rdf:li></rdf:Alt></dc:title>",
            "x-default",
            "<rdf:li xml:lang=\"de\">a &amp; b</rdf:li>",
        );
        check(
            "><xmp:Rating>3</xmp:Rating><dc:title> <rdf:Alt> <rdf:li xml:lang='x-default'/> </rdf:Alt> </dc:title>",
            "title",
            "<xmp:Rating>3</xmp:Rating>",
        );
        check(
            "><xmp:Rating>3</xmp:Rating><dc:subject><rdf:Bag/></dc:subject>",
            "subject",
            "Rating",
        );
        check(
            "><xmp:Label></xmp:Label><dc:source rdf:resource='a'/>",
            "Label",
            "rdf:resource=\"a\"",
        );
    }

    #[test]
    fn what_has_nothing_empty_or_is_no_packet_is_left_alone() {
        assert_eq!(without_empty(&packet("><dc:source rdf:resource='a'/>")), None);
        assert_eq!(without_empty(&packet("><xmp:Label> </xmp:Label>")), None);
        for text in ["", "<", "<?xpacket", "<a/>", "<!DOCTYPE a><a/>", "<a><b></a>"] {
            assert_eq!(without_empty(text), None);
            assert_eq!(rewritten(text), None);
        }
        let deep = format!(
            "<rdf:RDF xmlns:rdf='{RDF}'>{}text{}</rdf:RDF>",
            "<rdf:li>".repeat(100),
            "</rdf:li>".repeat(100)
        );
        assert_eq!(rewritten(&deep), None);
        assert_eq!(without_empty(&deep), None);
    }

    #[test]
    fn what_would_take_the_parser_long_is_left_alone() {
        let check = |one: fn(usize) -> String, most: usize| {
            let many = |count: usize| (0..count).map(one).collect::<String>();
            let text = |count: usize| packet(&format!(" xmp:Label=''{}>", many(count)));
            // The packet has some of its own.
            assert!(without_empty(&text(most - 10)).is_some());
            assert_eq!(without_empty(&text(most)), None);
            assert_eq!(rewritten(&text(most)), None);
        };
        check(|number| format!(" xmp:a{number}='>'"), MAX_ATTRIBUTES);
        check(
            |number| format!("><xmp:a xmlns:n='{number}'>b</xmp:a"),
            MAX_NAMESPACES,
        );
    }

    #[test]
    fn a_made_prefix_is_never_one_of_the_documents() {
        let text = packet(
            "><b:one xmlns:b='urn:b'>1</b:one><ns3:two xmlns:ns3='urn:c'>2</ns3:two>\
             <four xmlns='urn:d'>4</four><ns5:five xmlns:ns5='urn:e'>5</ns5:five><six xmlns='urn:f'>6</six>",
        );
        let again = rewritten(&text).unwrap();
        let document = Document::parse(&again).unwrap();
        for (name, local, value) in [
            ("urn:b", "one", "1"),
            ("urn:c", "two", "2"),
            ("urn:d", "four", "4"),
            ("urn:e", "five", "5"),
            ("urn:f", "six", "6"),
        ] {
            let found = document
                .descendants()
                .find(|node| node.has_tag_name((name, local)));
            assert_eq!(found.and_then(|node| node.text()), Some(value), "{again}");
        }
    }

    #[test]
    fn a_prefix_that_is_bound_anew_becomes_another() {
        let text = packet(
            "><xmp:Rating>2</xmp:Rating></rdf:Description><rdf:Description \
             xmlns:xmp='http://purl.org/dc/elements/1.1/'><xmp:format>a/b</xmp:format>",
        );
        let again = rewritten(&text).unwrap();
        assert!(again.contains("<xmp:Rating>2</xmp:Rating>"), "{again}");
        assert!(again.contains(":format>a/b</"), "{again}");
        assert!(!again.contains("<xmp:format"), "{again}");
        assert!(rewritten(&again).is_some());
    }
}
