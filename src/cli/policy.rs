//! `hokan policy`: what is in force, and how the committed policy gets there.

use std::process::ExitCode;

use serde_json::json;

use super::arguments::{Kind, NewClassArguments, PolicyCommand, Signature};
use super::out::Out;
use super::words::{acceptance, need, still_shown, version, version_json};
use super::{Done, Failure, diff, read_text};
use crate::diag::Locale;
use crate::engine::{
    Candidate, Consent, Instance, accept, accept_unsigned, append_class, message, new_class as stanza, policy_versions,
    waiting_effect,
};
use crate::policy::{ClassWish, Medium};
use crate::retention::acceptance::Need;

pub(super) fn run(instance: &Instance, what: &PolicyCommand, out: &mut Out) -> Done {
    match what {
        PolicyCommand::NewClass(wish) => return new_class(instance, wish, out),
        PolicyCommand::Status => show(instance, out)?,
        PolicyCommand::Message => {
            let text = message(instance)?;
            out.result("policy-message", json!({ "message": text }), |out| out.lines(&text));
        }
        PolicyCommand::Accept { signature, yes } => put_in_force(instance, signature.as_ref(), *yes, out)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints a new class to fill in, or adds it to a file.
pub(super) fn new_class(instance: &Instance, wish: &NewClassArguments, out: &mut Out) -> Done {
    let medium = match wish.medium {
        Kind::Electronic => Medium::Electronic,
        Kind::Paper => Medium::Paper,
        Kind::Device => Medium::Device,
    };
    let class = ClassWish { id: wish.id.clone(), medium, title: wish.title.clone(), locale: out.locale() };
    match &wish.append {
        None => {
            let text = stanza(instance, &class)?;
            out.result("new-class", json!({ "id": class.id, "stanza": text }), |out| out.lines(&text));
        }
        Some(file) => {
            let file = append_class(instance, &class, file)?.display().to_string();
            let line = match out.locale() {
                Locale::English => {
                    format!("added `{}` to {file}: fill in the marked places, then `hokan check`", class.id)
                }
                Locale::Japanese => {
                    format!(
                        "{file}に`{}`を加えました。「記入」とある所に値を書き、`hokan check`で確かめてください",
                        class.id
                    )
                }
            };
            out.result("new-class", json!({ "id": class.id, "file": file }), |out| out.line(&line));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Shows what the waiting policy changes, asks where somebody can answer, and accepts it.
fn put_in_force(instance: &Instance, signature: Option<&Signature>, yes: bool, out: &mut Out) -> Result<(), Failure> {
    let consent = signature.map(consent).transpose()?;
    let difference = waiting_effect(instance)?;
    if let Some(difference) = &difference {
        out.before_result(|out| diff::tell(difference, out));
        diff::agree(difference, !yes, out)?;
    }
    let shown = difference.as_ref().map(|difference| difference.after.version.digest);
    let accepted = match &consent {
        Some(consent) => accept(instance, consent, shown)?,
        None => accept_unsigned(instance, shown)?.map_err(|needs| unsigned(&needs, out.locale()))?,
    };
    let document = json!({
        "policy": version_json(&accepted.version), "by": accepted.by, "entry": accepted.entry, "moved": accepted.moved,
        "effect": difference.as_ref().map(diff::document),
    });
    out.result("policy-accept", document, |out| out.line(&acceptance(&accepted)));
    Ok(())
}

/// What is said where a signature is needed and none was handed in.
fn unsigned(needs: &[Need], locale: Locale) -> Failure {
    let reasons: Vec<String> = needs.iter().map(|one| need(one, locale)).collect();
    Failure::Refused {
        code: "policy.needs-approver",
        message: match locale {
            Locale::English => format!("an approver must sign: {}", reasons.join("; ")),
            Locale::Japanese => format!("承認者の署名が必要です。{}", reasons.join("。")),
        },
        help: Some(
            match locale {
                Locale::English => {
                    "run `hokan policy accept --key APPROVER_KEY`, or sign what `hokan policy message` prints"
                }
                Locale::Japanese => {
                    "`hokan policy accept --key 承認者の鍵`を実行するか、`hokan policy message`の出力に署名してください"
                }
            }
            .to_owned(),
        ),
    }
}

/// Reads what an approver hands in.
pub(super) fn consent(signature: &Signature) -> Result<Consent, Failure> {
    match (&signature.key, &signature.signature) {
        (Some(key), _) => Ok(Consent::Key { path: key.clone(), text: read_text(key)? }),
        (None, Some(signature)) => Ok(Consent::Signature(read_text(signature)?.to_string())),
        (None, None) => Err(Failure::Usage("an approver signs with `--key` or `--signature`".to_owned())),
    }
}

fn show(instance: &Instance, out: &mut Out) -> Result<(), Failure> {
    let versions = policy_versions(instance)?;
    let effect = if versions.waiting.is_some() { waiting_effect(instance)? } else { None };
    let summary = effect.as_ref().map(diff::summary);
    let waiting = versions.waiting.as_ref().map(|Candidate { version, needs }| {
        let needs_approver = needs.as_ref().map(|needs| !needs.is_empty());
        json!({ "digest": version.digest, "commit": version.commit, "has-errors": needs.is_none(),
            "needs-approver": needs_approver, "needs": needs, "effect": summary })
    });
    let shown = versions.still_shown.as_ref();
    let document = json!({
        "policy": versions.in_force.as_ref().map(version_json), "waiting": waiting,
        "still-shown": shown.map(version_json),
    });
    out.result("policy-status", document, |out| {
        match &versions.in_force {
            Some(accepted) => out.line(&format!("in force: {}", version(accepted))),
            None => out.line("in force: nothing; commit the policy, then run `hokan policy accept --key APPROVER_KEY`"),
        }
        if let Some(shown) = shown {
            out.line(&format!("          {}", still_shown(shown).of(out.locale())));
        }
        match &versions.waiting {
            None => out.line("waiting:  nothing"),
            Some(Candidate { version: waiting, needs: None }) => out.line(&format!(
                "waiting:  {} has errors: nothing is destroyed until it is mended (`hokan check`)",
                version(waiting)
            )),
            Some(Candidate { version: waiting, needs: Some(needs) }) if needs.is_empty() => out.line(&format!(
                "waiting:  {} needs nobody: the next `render`, `take-in`, `sweep run` or `run` accepts it",
                version(waiting)
            )),
            Some(Candidate { version: waiting, needs: Some(needs) }) => {
                out.line(&format!(
                    "waiting:  {} needs an approver: `hokan policy accept --key APPROVER_KEY`",
                    version(waiting)
                ));
                let locale = out.locale();
                needs.iter().for_each(|one| out.line(&format!("          - {}", need(one, locale))));
            }
        }
        if let Some(summary) = &summary {
            out.line(&format!("effect:   {}", summary.of(out.locale())));
            let commit = versions.in_force.as_ref().and_then(|accepted| accepted.commit.as_deref());
            if let Some(commit) = commit {
                out.line(&format!("          `hokan diff {} HEAD` shows it", &commit[..commit.len().min(12)]));
            }
        }
    });
    Ok(())
}
