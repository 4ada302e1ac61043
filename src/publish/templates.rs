//! Templates: the shipped ones, and an instance's own ones that take their places.
//!
//! In: the files built into the binary, and files of the instance below `templates/`. Out: one set by name, such as
//! `pages/page.html`. The rule it keeps: a name has one file; an instance's file of the same name wins as a whole.

use std::borrow::Cow;
use std::collections::BTreeMap;

/// Lists files below `templates/` with their bytes.
macro_rules! shipped {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_bytes!(concat!("../../templates/", $name)) as &[u8])),*]
    };
}

/// Every shipped template by its path below `templates/`.
pub const SHIPPED: &[(&str, &[u8])] = shipped![
    "assets/icon.svg",
    "assets/search.js",
    "assets/site.css",
    "assets/text-size.js",
    "messages/en.json",
    "messages/ja.json",
    "notices/announcement.typ",
    "notices/booklet.typ",
    "notices/change.typ",
    "notices/disposal-certificate.typ",
    "notices/disposal-plan.typ",
    "notices/document.typ",
    "notices/lib.typ",
    "notices/medical-cost.typ",
    "notices/work-order.typ",
    "pages/base.html",
    "pages/components/cases.html",
    "pages/components/changes.html",
    "pages/components/contact.html",
    "pages/components/desk.html",
    "pages/components/field.html",
    "pages/components/heading.html",
    "pages/components/party.html",
    "pages/components/place.html",
    "pages/components/purpose.html",
    "pages/components/stages.html",
    "pages/components/tick.html",
    "pages/components/titles.html",
    "pages/components/version.html",
    "pages/components/when.html",
    "pages/contents.html",
    "pages/form.html",
    "pages/forms/objection.html",
    "pages/forms/office.html",
    "pages/forms/person.html",
    "pages/forms/request.html",
    "pages/history.html",
    "pages/history.xml",
    "pages/index.html",
    "pages/page.html",
    "pages/parts/breadcrumbs.html",
    "pages/parts/contents.html",
    "pages/parts/footer.html",
    "pages/parts/head.html",
    "pages/parts/languages.html",
    "pages/parts/masthead.html",
    "pages/parts/navigation.html",
    "pages/parts/opening.html",
    "pages/parts/search.html",
    "pages/parts/text-size.html",
    "pages/sections/consent.html",
    "pages/sections/contacts.html",
    "pages/sections/disclosures.html",
    "pages/sections/joint-use.html",
    "pages/sections/principles.html",
    "pages/sections/procedures.html",
    "pages/sections/processes.html",
    "pages/sections/purposes.html",
    "pages/sections/retention.html",
    "pages/sections/security.html",
];

/// A set of templates by their paths below `templates/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Templates(BTreeMap<String, Cow<'static, [u8]>>);

impl Templates {
    /// Returns the shipped templates.
    pub fn shipped() -> Templates {
        Templates(SHIPPED.iter().map(|(name, bytes)| ((*name).to_owned(), Cow::Borrowed(*bytes))).collect())
    }

    /// Returns the set in which `files` of an instance replace the ones of the same name and join the others.
    pub fn overridden(mut self, files: BTreeMap<String, Vec<u8>>) -> Templates {
        self.0.extend(files.into_iter().map(|(name, bytes)| (name, Cow::Owned(bytes))));
        self
    }

    /// Returns the bytes of the template with this name.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.0.get(name).map(|bytes| &**bytes)
    }

    /// Returns the names of the instance's own files that start with `folder`, sorted.
    pub fn own<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a str> {
        let own = self.0.iter().filter(move |(name, bytes)| name.starts_with(folder) && matches!(bytes, Cow::Owned(_)));
        own.map(|(name, _)| name.as_str())
    }

    /// Returns all names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Returns names and bytes of the templates whose names start with `folder`, sorted.
    pub fn below<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (&'a str, &'a [u8])> {
        self.0.iter().filter(move |(name, _)| name.starts_with(folder)).map(|(name, bytes)| (name.as_str(), &**bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_the_instance_takes_the_place_of_the_shipped_one() {
        let own = BTreeMap::from([
            ("assets/site.css".to_owned(), b"body {}".to_vec()),
            ("assets/logo.png".to_owned(), b"png".to_vec()),
        ]);
        let templates = Templates::shipped().overridden(own);
        assert_eq!(templates.get("assets/site.css"), Some(&b"body {}"[..]));
        assert_eq!(templates.get("assets/logo.png"), Some(&b"png"[..]));
        assert_eq!(templates.names().count(), SHIPPED.len() + 1);
        assert_eq!(templates.get("pages/none.html"), None);
        assert_eq!(templates.own("").collect::<Vec<_>>(), ["assets/logo.png", "assets/site.css"]);
        assert_eq!(templates.own("pages/").next(), None);
    }

    #[test]
    fn the_shipped_table_is_sorted_and_names_no_file_twice() {
        let folder =
            |folder: &'static str| SHIPPED.iter().map(|(name, _)| *name).filter(move |n| n.starts_with(folder));
        for each in ["assets/", "messages/", "pages/"] {
            assert!(folder(each).is_sorted_by(|a, b| a < b), "{each}");
        }
        assert_eq!(Templates::shipped().names().count(), SHIPPED.len());
    }
}
