//! The XMP packet of a photo: title, tags, rating and faces as digiKam and Lightroom write them.
//!
//! Tags go to digiKam:TagsList in full (`travel/italy`) and to dc:subject by their last level, as digiKam does.
//! A photo that has none of these gets no packet at all. Source: XMP specification part 1, part 3 (JPEG);
//! Metadata Working Group, Guidelines 2.0 (regions).

use super::Photo;

pub(super) fn packet(photo: &Photo) -> Option<String> {
    if photo.title.is_none() && photo.tags.is_empty() && photo.rating.is_none() && photo.faces.is_empty() {
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
    if !photo.faces.is_empty() {
        properties += &regions(photo);
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

fn regions(photo: &Photo) -> String {
    let (width, height) = Photo::SIZE;
    let region = |(name, [x, y, w, h]): &(String, [f64; 4])| {
        let name = match name.as_str() {
            "" => String::new(),
            name => format!("<mwg-rs:Name>{}</mwg-rs:Name>", escape(name)),
        };
        format!(
            "<rdf:li rdf:parseType=\"Resource\"><mwg-rs:Type>Face</mwg-rs:Type>{name}\
             <mwg-rs:Area stArea:x=\"{x}\" stArea:y=\"{y}\" stArea:w=\"{w}\" stArea:h=\"{h}\" stArea:unit=\"normalized\"/></rdf:li>"
        )
    };
    let list: String = photo.faces.iter().map(region).collect();
    format!(
        "<mwg-rs:Regions xmlns:mwg-rs=\"http://www.metadataworkinggroup.com/schemas/regions/\" \
         xmlns:stArea=\"http://ns.adobe.com/xmp/sType/Area#\" \
         xmlns:stDim=\"http://ns.adobe.com/xap/1.0/sType/Dimensions#\" rdf:parseType=\"Resource\">\
         <mwg-rs:AppliedToDimensions stDim:w=\"{width}\" stDim:h=\"{height}\" stDim:unit=\"pixel\"/>\
         <mwg-rs:RegionList><rdf:Bag>{list}</rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>"
    )
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
