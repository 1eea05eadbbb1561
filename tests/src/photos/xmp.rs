//! The XMP packet of a photo: title, tags and rating as digiKam and Lightroom write them.
//!
//! Tags go to digiKam:TagsList in full (`travel/italy`) and to dc:subject by their last level, as digiKam does.
//! A photo that has none of the three gets no packet at all. Source: XMP specification part 1, part 3 (JPEG).

use super::Photo;

pub(super) fn packet(photo: &Photo) -> Option<String> {
    if photo.title.is_none() && photo.tags.is_empty() && photo.rating.is_none() {
        return None;
    }
    let mut properties = String::new();
    if let Some(rating) = photo.rating {
        properties += &format!("<xmp:Rating>{rating}</xmp:Rating>");
    }
    if let Some(title) = &photo.title {
        let title = escape(title);
        properties += &format!(
            "<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">{title}</rdf:li></rdf:Alt></dc:title>"
        );
    }
    if !photo.tags.is_empty() {
        let subjects = photo.tags.iter().map(|tag| tag.rsplit('/').next().unwrap_or(tag));
        properties += &format!("<dc:subject><rdf:Bag>{}</rdf:Bag></dc:subject>", items(subjects));
        let paths = photo.tags.iter().map(String::as_str);
        properties += &format!(
            "<digiKam:TagsList><rdf:Seq>{}</rdf:Seq></digiKam:TagsList>",
            items(paths)
        );
    }
    Some(format!(
        "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\
         <x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\
         <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
         <rdf:Description rdf:about=\"\" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:digiKam=\"http://www.digikam.org/ns/1.0/\">\
         {properties}</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end=\"w\"?>"
    ))
}

fn items<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    texts
        .map(|text| format!("<rdf:li>{}</rdf:li>", escape(text)))
        .collect()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
