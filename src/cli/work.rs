//! `hokan sweep order`, `orders`, `hand-over`, `take-back`, `confirm`: boxes and devices on their way out.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};

use super::out::Out;
use super::words::{counted, why};
use super::{Done, program, read_bytes, who};
use crate::RecordId;
use crate::calendar::Date;
use crate::engine::{
    Confirmation, Instance, OrderWish, TakenBack, confirm, hand_over, make_order, print_order, save, take_back,
    work_orders,
};
use crate::policy::{Before, Medium, Method};
use crate::retention::order::OrderState;

/// The part of `hokan sweep` that people carry out.
#[derive(Subcommand)]
pub(super) enum WorkCommand {
    /// Make a work order of the boxes or devices that are due; nothing leaves by this.
    #[command(after_help = "Examples:
  hokan sweep order --medium paper -o orders              what needs no review
  hokan sweep order plan.json --medium paper -o orders    what an approved plan covers
  hokan sweep order plan.json --medium device --before lease-return -o orders")]
    Order(OrderArguments),
    /// List work orders, or print one again.
    #[command(after_help = "Examples:\n  hokan sweep orders\n  hokan sweep orders order-2026-11-28-1a2b3c4d -o orders")]
    Orders {
        /// The order; all are listed without one.
        order: Option<String>,
        /// The directory its documents are written to.
        #[arg(short, long, value_name = "DIR", requires = "order")]
        output: Option<PathBuf>,
    },
    /// Note that the things of an order leave now; each is looked at once more.
    #[command(after_help = "Example:\n  hokan sweep hand-over order-2026-11-28-1a2b3c4d --by 'Sato'")]
    HandOver {
        /// The order.
        order: String,
        /// When; today where nothing is said.
        #[arg(long, value_name = "DATE")]
        on: Option<Date>,
        /// Who hands over.
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
    /// Take something out of an order: it stays, and is due as before.
    #[command(after_help = "Example:\n  hokan sweep take-back order-2026-11-28-1a2b3c4d --record 0193… --why on-hold")]
    TakeBack {
        /// The order.
        order: String,
        /// A record it lists; may be given several times.
        #[arg(long, value_name = "RECORD", required = true)]
        record: Vec<RecordId>,
        /// Why.
        #[arg(long)]
        why: Reason,
    },
    /// Confirm with the contractor's certificate, itself a record, that what was handed over was disposed of.
    #[command(after_help = "Examples:
  hokan sweep confirm order-2026-11-28-1a2b3c4d --boxes 24 --on 2026-12-08 \\
      --certificate disposal-certificates/2026-12-08-mihon.pdf --number 'No. 2026-118' --by 'Sato'
  hokan sweep confirm order-2026-11-28-1a2b3c4d --boxes 3 --by 'Sato'      done by the own staff")]
    Confirm(ConfirmArguments),
}

#[derive(Args)]
pub(super) struct OrderArguments {
    /// The approved plan.
    pub plan: Option<PathBuf>,
    /// What is disposed of.
    #[arg(long)]
    pub medium: Things,
    /// Mask Individual Numbers on papers of classes with `then: delete-number`; the papers stay.
    #[arg(long)]
    pub numbers: bool,
    /// Before what devices are erased.
    #[arg(long, value_name = "WHAT")]
    pub before: Option<When>,
    /// How, where the policy names two methods.
    #[arg(long, value_name = "METHOD")]
    pub method: Option<Way>,
    /// The directory its documents are written to.
    #[arg(short, long, value_name = "DIR")]
    pub output: PathBuf,
}

#[derive(Args)]
pub(super) struct ConfirmArguments {
    /// The order.
    pub order: String,
    /// How many boxes or devices were disposed of.
    #[arg(long, value_name = "COUNT")]
    pub boxes: u64,
    /// When; the day of the certificate where nothing is said, and today without one.
    #[arg(long, value_name = "DATE")]
    pub on: Option<Date>,
    /// Who checked it.
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// The contractor's certificate: the record's id, or the path it was taken in from.
    #[arg(long, value_name = "RECORD")]
    pub certificate: Option<String>,
    /// The number on the certificate.
    #[arg(long, value_name = "TEXT")]
    pub number: Option<String>,
}

/// What lies outside the vault.
#[derive(Clone, Copy, ValueEnum)]
pub(super) enum Things {
    Paper,
    Device,
}

/// Before what devices are erased.
#[derive(Clone, Copy, ValueEnum)]
pub(super) enum When {
    Disposal,
    LeaseReturn,
}

/// How paper and devices are disposed of.
#[derive(Clone, Copy, ValueEnum)]
pub(super) enum Way {
    Shred,
    Dissolve,
    Burn,
    EraseSoftware,
    PhysicalDestruction,
}

/// Why something is taken out of an order.
#[derive(Clone, Copy, ValueEnum)]
pub(super) enum Reason {
    /// A hold was placed on it.
    OnHold,
    /// It is not where the register says.
    NotFound,
    /// It was handed over and came back unprocessed.
    CameBack,
    /// The order was a mistake.
    Mistake,
}

pub(super) fn run(instance: &Instance, wish: &WorkCommand, out: &mut Out) -> Done {
    match wish {
        WorkCommand::Order(wish) => order(instance, wish, out),
        WorkCommand::Orders { order: None, .. } => list(instance, out),
        WorkCommand::Orders { order: Some(order), output } => show(instance, order, output.as_deref(), out),
        WorkCommand::HandOver { order, on, by } => handed(instance, order, *on, by.as_deref(), out),
        WorkCommand::TakeBack { order, record, why } => taken_back(instance, order, record, *why, out),
        WorkCommand::Confirm(wish) => confirmed(instance, wish, out),
    }
}

fn order(instance: &Instance, wish: &OrderArguments, out: &mut Out) -> Done {
    let bytes = wish.plan.as_deref().map(read_bytes).transpose()?;
    let asked = OrderWish {
        medium: match wish.medium {
            Things::Paper => Medium::Paper,
            Things::Device => Medium::Device,
        },
        masks_numbers: wish.numbers,
        before: wish.before.map(|before| match before {
            When::Disposal => Before::Disposal,
            When::LeaseReturn => Before::LeaseReturn,
        }),
        method: wish.method.map(|way| match way {
            Way::Shred => Method::Shred,
            Way::Dissolve => Method::Dissolve,
            Way::Burn => Method::Burn,
            Way::EraseSoftware => Method::EraseSoftware,
            Way::PhysicalDestruction => Method::PhysicalDestruction,
        }),
    };
    let made = make_order(instance, bytes.as_deref(), &asked)?;
    let files = match &made.state {
        Some(state) => written(instance, &state.id, &wish.output, out)?,
        None => Vec::new(),
    };
    let refused: Vec<Value> = made
        .refused
        .iter()
        .map(|one| json!({ "record": one.record, "class": one.class, "why": one.why.code(), "detail": why(&one.why).en }))
        .collect();
    let document = json!({ "order": made.state.as_ref().map(value), "files": files, "refused": refused });
    out.result("sweep-order", document, |out| {
        match &made.state {
            None => out.line("nothing to order now"),
            Some(state) => {
                out.line(&format!("{}: {} to {}, {}", state.id, things(state), state.order.method, doer(state)));
                files.iter().for_each(|path| out.line(&format!("  {}", path.display())));
                for item in &state.order.items {
                    for also in &item.also {
                        let held = if also.on_hold { " and it is on hold" } else { "" };
                        out.line(&format!(
                            "  `{}`: the register {} has `{}`, too{held}: take the right one",
                            item.number, also.register, also.number
                        ));
                    }
                }
                out.line(&format!("nothing has left yet; next: hokan sweep hand-over {}", state.id));
            }
        }
        made.refused
            .iter()
            .for_each(|one| out.line(&format!("stays: {} {}: {}", one.class, one.record, why(&one.why).en)));
    });
    Ok(ExitCode::SUCCESS)
}

/// Writes the documents of an order and returns where.
fn written(instance: &Instance, order: &str, dir: &Path, out: &mut Out) -> Result<Vec<PathBuf>, super::Failure> {
    out.working("printing");
    let printed = print_order(instance, order, &program()?)?;
    let (state, count) = (&printed.state, printed.state.order.items.len());
    let mut paths = Vec::new();
    for (language, pdf) in &printed.documents {
        let path = dir.join(format!("{order}-{}-{count}.{language}.pdf", state.step()));
        save(&path, pdf)?;
        paths.push(path);
    }
    Ok(paths)
}

fn list(instance: &Instance, out: &mut Out) -> Done {
    let orders = work_orders(instance)?;
    let document = json!({ "orders": orders.iter().map(|(state, left)| listed(state, *left)).collect::<Vec<_>>() });
    out.result("sweep-orders", document, |out| {
        let rows = orders.iter().map(|(state, left)| {
            let (order, expected) = (&state.order, state.handed_over.as_ref().map(|handed| handed.expected));
            let expected =
                expected.filter(|_| state.confirmed.is_none()).map_or_else(|| "-".to_owned(), |day| day.to_string());
            let count = left.to_string();
            vec![state.id.clone(), step(state).to_owned(), order.medium.clone(), count, order.method.clone(), expected]
        });
        out.table(&["ORDER", "STATE", "MEDIUM", "COUNT", "METHOD", "EXPECTED"], rows.collect(), &[3]);
        if orders.is_empty() {
            out.line("no work order was made yet");
        }
    });
    Ok(ExitCode::SUCCESS)
}

fn show(instance: &Instance, order: &str, output: Option<&Path>, out: &mut Out) -> Done {
    let found = work_orders(instance)?.into_iter().map(|(state, _)| state).find(|state| state.id == order);
    let state = match (found, output) {
        (Some(state), None) => state,
        // An unknown order is told with those there are.
        (_, output) => {
            let files = written(instance, order, output.unwrap_or(Path::new("orders")), out)?;
            let document = json!({ "order": order, "files": files });
            out.result("sweep-order-printed", document, |out| {
                files.iter().for_each(|path| out.line(&format!("  {}", path.display())));
            });
            return Ok(ExitCode::SUCCESS);
        }
    };
    out.result("sweep-order-shown", json!({ "order": value(&state) }), |out| {
        out.line(&format!("{}: {}, {}, {}", state.id, step(&state), things(&state), doer(&state)));
        let rows = state.order.items.iter().map(|item| {
            vec![
                item.number.clone(),
                item.place.clone(),
                item.class.clone(),
                item.due.to_string(),
                item.record.to_string(),
            ]
        });
        out.table(&["NUMBER", "PLACE", "CLASS", "MAY GO FROM", "RECORD"], rows.collect(), &[]);
    });
    Ok(ExitCode::SUCCESS)
}

fn handed(instance: &Instance, order: &str, on: Option<Date>, by: Option<&str>, out: &mut Out) -> Done {
    let state = hand_over(instance, order, on, &who(by)?)?;
    let handed = state.handed_over.as_ref();
    let count = handed.map_or(0, |handed| handed.records.len());
    out.result("sweep-hand-over", json!({ "order": value(&state), "count": count }), |out| {
        if let Some(handed) = handed {
            out.line(&format!("{order}: {count} handed over on {}", handed.on));
            out.line(&format!(
                "they do not count as destroyed before they are confirmed, expected by {}",
                handed.expected
            ));
        }
        let certificate = if state.order.entrustment.is_some() { " --certificate RECORD --number NUMBER" } else { "" };
        out.line(&format!("next: hokan sweep confirm {order} --boxes {count}{certificate}"));
    });
    Ok(ExitCode::SUCCESS)
}

fn taken_back(instance: &Instance, order: &str, records: &[RecordId], why: Reason, out: &mut Out) -> Done {
    let why = match why {
        Reason::OnHold => TakenBack::OnHold,
        Reason::NotFound => TakenBack::NotFound,
        Reason::CameBack => TakenBack::CameBack,
        Reason::Mistake => TakenBack::Mistake,
    };
    let state = take_back(instance, order, records, why)?;
    out.result("sweep-take-back", json!({ "order": order, "records": records }), |out| {
        out.line(&format!("{order}: {} taken back, due as before", counted(records.len(), "record", "records")));
        out.line(&format!("print the order again: hokan sweep orders {} -o DIR", state.id));
    });
    Ok(ExitCode::SUCCESS)
}

fn confirmed(instance: &Instance, wish: &ConfirmArguments, out: &mut Out) -> Done {
    let told = Confirmation {
        boxes: wish.boxes,
        on: wish.on,
        by: who(wish.by.as_deref())?,
        certificate: wish.certificate.clone(),
        certificate_number: wish.number.clone(),
    };
    let state = confirm(instance, &wish.order, &told)?;
    out.result("sweep-confirm", json!({ "order": value(&state) }), |out| {
        let on = state.confirmed.as_ref().map_or_else(String::new, |confirmed| format!(", {}", confirmed.on));
        out.line(&format!("{}: {} {}{on}", state.id, wish.boxes, step(&state)));
        let held = state.confirmed.as_ref().map_or(&[][..], |confirmed| &confirmed.on_hold);
        if !held.is_empty() {
            let count = counted(held.len(), "thing was", "things were");
            out.line(&format!("{count} put on hold after leaving: tell whoever placed the hold"));
            held.iter().for_each(|record| out.line(&format!("  {record}")));
        }
        out.line(&format!("next: hokan sweep orders {} -o DIR prints the record of disposal", state.id));
    });
    Ok(ExitCode::SUCCESS)
}

fn things(state: &OrderState) -> String {
    let count = state.order.items.len();
    match state.order.medium.as_str() {
        "paper" => counted(count, "box", "boxes"),
        _ => counted(count, "device", "devices"),
    }
}

fn doer(state: &OrderState) -> String {
    state
        .order
        .entrustment
        .as_ref()
        .map_or_else(|| "by the own staff".to_owned(), |work| format!("entrusted as `{work}`"))
}

/// The step in words that claim no more than is known.
fn step(state: &OrderState) -> &'static str {
    let is_entrusted = state.order.entrustment.is_some();
    match (state.step(), state.order.method.as_str()) {
        ("confirmed", "mask") => "masked by the own staff",
        ("confirmed", "erase-software") if is_entrusted => "erased according to the contractor's certificate",
        ("confirmed", "erase-software") => "erased by the own staff",
        ("confirmed", _) if is_entrusted => "destroyed according to the contractor's certificate",
        ("confirmed", _) => "destroyed by the own staff",
        ("handed-over", _) => "handed over",
        _ => "ordered",
    }
}

/// An order in a list, with how many things it is about.
fn listed(state: &OrderState, left: usize) -> Value {
    let mut value = value(state);
    value["count"] = left.into();
    value
}

/// Returns an order as JSON.
pub(super) fn value(state: &OrderState) -> Value {
    json!({
        "id": state.id, "step": state.step(), "ordered": state.order, "handed-over": state.handed_over,
        "confirmed": state.confirmed,
    })
}
