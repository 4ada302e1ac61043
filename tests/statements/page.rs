//! Reads pages as a reader does: the text of an element, without tags.
//!
//! In: HTML as hokan writes it. Out: elements and their texts. The rule it keeps: tags count as a space, and space is
//! folded, so that a phrase is found whichever way the page is laid out.

/// Returns the element with an anchor, from its opening to its closing tag.
pub fn element<'h>(html: &'h str, anchor: &str) -> Option<&'h str> {
    let start = html[..html.find(&format!(" id=\"{anchor}\""))?].rfind('<')?;
    let rest = &html[start..];
    let name = rest[1..].split([' ', '>']).next()?;
    let (mut depth, mut at) = (0, 0);
    while let Some(next) = rest[at..].find('<') {
        let tag = &rest[at + next + 1..];
        let is_named = |tag: &str| tag.strip_prefix(name).is_some_and(|after| after.starts_with([' ', '>']));
        if is_named(tag) {
            depth += 1;
        } else if tag.strip_prefix('/').is_some_and(is_named) {
            depth -= 1;
        }
        at += next + tag.find('>')? + 2;
        if depth == 0 {
            return Some(&rest[..at]);
        }
    }
    None
}

/// Returns every anchor.
pub fn anchors(html: &str) -> impl Iterator<Item = &str> {
    html.split(" id=\"").skip(1).filter_map(|after| after.split('"').next())
}

/// Returns where each link leads, without the place within the page, and its text.
pub fn links(html: &str) -> impl Iterator<Item = (&str, String)> {
    html.split("<a ").skip(1).filter_map(|after| {
        let (opening, rest) = after.split_once('>')?;
        let href = opening.split("href=\"").nth(1)?.split('"').next()?;
        Some((href.split('#').next()?, text(rest.split("</a>").next()?)))
    })
}

/// Returns the title of the document.
pub fn title(html: &str) -> Option<String> {
    Some(text(html.split_once("<title>")?.1.split_once("</title>")?.0))
}

/// Returns the text, tags taken out, entities decoded, space folded.
pub fn text(html: &str) -> String {
    let mut bare = String::new();
    for piece in html.split('<') {
        let after = piece.split_once('>').map_or(piece, |(_, after)| after);
        bare.push(' ');
        bare.push_str(after);
    }
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&#x27;", "'"), ("&amp;", "&")];
    let decoded = entities.iter().fold(bare, |text, (entity, character)| text.replace(entity, character));
    decoded.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn an_element_ends_where_its_own_tag_does() {
    let html = r#"<p>x</p><section class="a" id="a"><p>1 &amp; 2</p><section id="b">3</section> 4</section> 5"#;
    assert_eq!(text(element(html, "a").unwrap()), "1 & 2 3 4");
    assert_eq!(text(element(html, "b").unwrap()), "3");
    assert_eq!(element(html, "c"), None);
    assert_eq!(anchors(html).collect::<Vec<_>>(), ["a", "b"]);
}

#[test]
fn links_and_the_title_are_read() {
    let html = r##"<title>A | B</title><p><a class="x" href="b.html#c">to <b>c</b></a> <a href="#top">up</a></p>"##;
    assert_eq!(title(html).as_deref(), Some("A | B"));
    assert_eq!(links(html).collect::<Vec<_>>(), [("b.html", "to c".to_owned()), ("", "up".to_owned())]);
}
