//! `hokan mask`: the Individual Number of a record goes, the rest stays.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::out::Out;
use super::{Done, read_text, who};
use crate::RecordId;
use crate::engine::{Instance, MaskWish, mask};

#[derive(Args)]
pub(super) struct MaskArguments {
    /// The record with the number.
    pub id: RecordId,
    /// An age identity file; `-` reads standard input.
    #[arg(short, long, value_name = "FILE")]
    pub identity: PathBuf,
    /// The file in which you masked the number; without it hokan masks the columns that the policy names.
    #[arg(long, value_name = "FILE")]
    pub with: Option<PathBuf>,
    /// So many places in the masked file look like a number and are none.
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    pub not_numbers: u64,
    /// Why the record is opened.
    #[arg(long, default_value = "deletion of the Individual Number")]
    pub why: String,
    /// Who does it.
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
}

pub(super) fn run(instance: &Instance, wish: &MaskArguments, out: &mut Out) -> Done {
    let identities = read_text(&wish.identity)?;
    let by = who(wish.by.as_deref())?;
    let asked = MaskWish {
        record: wish.id,
        identities: &identities,
        with: wish.with.as_deref(),
        stated: wish.not_numbers,
        by: &by,
        why: &wish.why,
    };
    let done = mask(instance, &asked)?;
    let document = json!({
        "original": done.original, "successor": done.successor, "class": done.class, "looked": done.looked,
        "cells": done.cells, "due": done.due,
    });
    out.result("mask", document, |out| {
        let cells = done.cells.map(|cells| format!(", {cells} cells masked")).unwrap_or_default();
        out.line(&format!("{} is sealed as {} ({}){cells}", done.original, done.successor, done.class));
        if done.looked == "bytes" {
            out.line("hokan cannot look into this kind of file: that no number is in it is what you state");
        }
        if wish.with.is_some() {
            out.line("the file you handed in stays where it is: take care of it");
        }
        out.line("the original, which holds the number, goes with the next sweep that may destroy it");
    });
    Ok(ExitCode::SUCCESS)
}
