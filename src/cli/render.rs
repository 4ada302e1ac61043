//! `hokan render`: the public site, what was published before, and other states to look at.

use std::path::Path;
use std::process::ExitCode;

use serde_json::json;

use super::arguments::RenderArguments;
use super::out::Out;
use super::words::{acceptance, version, version_json};
use super::{Done, Failure, opened, program};
use crate::engine::{Drafted, Instance, State, archived, draft, publications, published_on, render, zone};
use crate::host::Host;

pub(super) fn run(dir: &Path, wish: &RenderArguments, out: &mut Out) -> Done {
    let state = wish.draft.then_some(State::WorkTree).or_else(|| wish.at.clone().map(State::Revision));
    match (state, &wish.output) {
        _ if wish.list => list(&opened(dir)?, wish, out),
        (Some(state), Some(folder)) => {
            out.working("printing");
            let instance = Instance::at(dir, Host::machine())?;
            drafted(&draft(&instance, &program()?, &state, folder, out)?, "draft", out)
        }
        (None, Some(folder)) => match &wish.archived {
            Some(named) => drafted(&archived(&opened(dir)?, named, folder)?, "archived", out),
            None => Err(Failure::Usage(
                "`-o` goes with `--draft`, `--at` or `--archived`: what is published goes where the policy says"
                    .to_owned(),
            )),
        },
        (_, None) => publish(&opened(dir)?, out),
    }
}

fn publish(instance: &Instance, out: &mut Out) -> Done {
    out.working("printing");
    let rendered = render(instance, &program()?, out)?;
    if let Some(accepted) = &rendered.accepted {
        out.note(&acceptance(accepted));
    }
    if let Some(waiting) = &rendered.waiting {
        out.note(&format!("{} waits for `hokan policy accept` and is not published", version(waiting)));
    }
    let document = json!({
        "policy": version_json(&rendered.version), "public": rendered.public, "files": rendered.files,
        "edition": rendered.edition,
    });
    out.result("render", document, |out| {
        out.line(&format!("published {} into {}", version(&rendered.version), rendered.public.display()));
        let bytes: usize = rendered.files.values().sum();
        let (pages, letters) = rendered.files.keys().fold((0, 0), |(pages, letters), path| {
            (pages + usize::from(path.ends_with(".html")), letters + usize::from(path.ends_with(".pdf")))
        });
        out.line(&format!(
            "{pages} pages, {letters} notices and booklets, {} files, {} KiB",
            rendered.files.len(),
            bytes / 1024
        ));
        out.line(&format!("kept as edition {}", short(&rendered.edition.to_string())));
    });
    Ok(ExitCode::SUCCESS)
}

fn drafted(drafted: &Drafted, what: &str, out: &mut Out) -> Done {
    let document = json!({
        "policy": version_json(&drafted.version), "folder": drafted.folder, "files": drafted.files,
    });
    out.result(&format!("render-{what}"), document, |out| {
        let said = if what == "draft" { "printed, not published:" } else { "written as it was published:" };
        out.line(&format!("{said} {} in {}", version(&drafted.version), drafted.folder.display()));
    });
    Ok(ExitCode::SUCCESS)
}

fn list(instance: &Instance, wish: &RenderArguments, out: &mut Out) -> Done {
    let (all, zone) = (publications(instance)?, zone(instance)?);
    let shown = match wish.on {
        Some(day) => published_on(&all, day, zone),
        None => &all,
    };
    let row = |one: &crate::engine::Publication| {
        let commit = one.commit.as_deref().map_or("-".to_owned(), short);
        let edition = short(&one.edition.to_string());
        vec![zone.minute(one.at), edition, short(&one.policy.to_string()), commit, one.files.to_string()]
    };
    out.result("publications", json!({ "on": wish.on, "publications": shown }), |out| {
        out.table(&["PUBLISHED", "EDITION", "POLICY", "COMMIT", "FILES"], shown.iter().map(row).collect(), &[4]);
        if shown.is_empty() {
            out.line(if all.is_empty() { "nothing was published yet" } else { "nothing was published on that day" });
        }
    });
    Ok(ExitCode::SUCCESS)
}

fn short(text: &str) -> String {
    text.chars().take(12).collect()
}
