//! Why a policy needs a person before it is in force, by the records and holds there are (I14).
//!
//! In: the policy in force, the one that waits, the catalog. Out: [`Need`]s; none means that its effect asks for nobody. The
//! rule it keeps: records are looked at only where a rule alone does not show that none of them could go earlier.

use super::acceptance::{Need, doubtful, early_doubtful, touched};
use super::due::Known;
use super::earlier::{Side, could_be_earlier};
use super::hold;
use crate::policy::Policy;
use crate::store::{Catalog, StoreError};

/// Returns why `after` needs a person, or that nobody can accept it.
///
/// # Errors
/// Fails as the database does.
pub fn needs(catalog: &Catalog<'_>, before: &Policy, after: &Policy) -> Result<Vec<Need>, StoreError> {
    let held = catalog.classes()?;
    let mut needs = lost_holds(catalog, before, after)?;
    needs.extend(touched(before, after, &held));
    let asked = catalog.early_classes()?;
    let early = early_doubtful(before, after, &asked);
    needs.extend(early.iter().map(|class| Need::Earlier { class: (*class).to_owned() }));
    let mut doubtful = doubtful(before, after, &held);
    doubtful.retain(|class| !early.contains(class));
    while !doubtful.is_empty()
        && let Some(class) = first_earlier(catalog, before, after, &doubtful)?
    {
        doubtful.retain(|name| *name != class);
        needs.push(Need::Earlier { class });
    }
    Ok(needs)
}

/// Returns the holds that would lose records under `after`, which nobody can accept.
///
/// # Errors
/// Fails as the database does.
pub fn lost_holds(catalog: &Catalog<'_>, before: &Policy, after: &Policy) -> Result<Vec<Need>, StoreError> {
    let lost = hold::lost(before, after, &catalog.classes()?, &catalog.holds()?).into_iter();
    Ok(lost.map(|(hold, class)| Need::Hold { hold, class }).collect())
}

/// Why a walk over the records ended before its end.
enum Ended {
    /// A record of this class could go earlier.
    Found(String),
    Failed(StoreError),
}

impl From<StoreError> for Ended {
    fn from(error: StoreError) -> Ended {
        Ended::Failed(error)
    }
}

/// Returns the class of the first record, of those named, that could go earlier.
fn first_earlier(
    catalog: &Catalog<'_>,
    before: &Policy,
    after: &Policy,
    of: &[&str],
) -> Result<Option<String>, StoreError> {
    let ended = catalog.walk(|standing| {
        if !of.contains(&standing.class.as_str()) {
            return Ok(());
        }
        let known = Known { dates: std::mem::take(&mut standing.dates), ..Known::default() };
        let side = |policy| Side { policy, class: Policy::class_of(policy, &standing.class) };
        let could = could_be_earlier(side(before), side(after), &known);
        if could { Err(Ended::Found(standing.class.clone())) } else { Ok(()) }
    });
    match ended {
        Ok(()) => Ok(None),
        Err(Ended::Found(class)) => Ok(Some(class)),
        Err(Ended::Failed(error)) => Err(error),
    }
}
