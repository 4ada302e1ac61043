//! `hokan template`: the built-in templates, or one of them to start one's own from.

use std::process::ExitCode;

use serde_json::json;

use super::arguments::TemplateArguments;
use super::out::Out;
use super::{Done, Failure};
use crate::diag::nearest;
use crate::engine::shipped_templates;

pub(super) fn run(wish: &TemplateArguments, out: &mut Out) -> Done {
    let shipped = shipped_templates();
    let Some(name) = &wish.name else {
        let names: Vec<&str> = shipped.iter().map(|(name, _)| *name).collect();
        out.result("templates", json!({ "templates": names }), |out| out.lines(&names.join("\n")));
        return Ok(ExitCode::SUCCESS);
    };
    let wanted = name.strip_prefix("templates/").unwrap_or(name);
    let Some((name, text)) = shipped.iter().find(|(shipped, _)| *shipped == wanted) else {
        let near = nearest(wanted, shipped.iter().map(|(name, _)| *name));
        let near = near.map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
        return Err(Failure::Refused {
            code: "template.unknown",
            message: format!("there is no built-in template `{wanted}`"),
            help: Some(format!("{near}`hokan template` lists all")),
        });
    };
    out.result("template", json!({ "template": name, "text": text }), |out| out.lines(text.trim_end()));
    Ok(ExitCode::SUCCESS)
}
