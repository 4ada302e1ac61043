//! Tables written in YAML: a list of maps, each a row.
//!
//! In: YAML. Out: rows with their lines. The rule it keeps: a row holds texts under names, each name once.

use super::raw::{self, Value};

/// One row: its line in the file, from 1, and its cells by column.
pub type TableRow = (u64, Vec<(String, String)>);

/// Reads a table.
///
/// # Errors
/// Says in words what is wrong with it, with the line.
pub fn table(text: &str) -> Result<Vec<TableRow>, String> {
    let node = raw::read_plain("register", text)?;
    let Value::List(items) = &node.value else {
        return Err(format!("it holds {}, expected a list of maps", node.value.kind().en));
    };
    let mut rows = Vec::new();
    for item in items {
        let line = item.place().line;
        let Value::Map(entries) = &item.value else { return Err(format!("line {line}: expected a map")) };
        let mut cells: Vec<(String, String)> = Vec::new();
        for (key, value) in entries {
            if cells.iter().any(|(name, _)| *name == key.name) {
                return Err(format!("line {}: `{}` stands twice", key.place().line, key.name));
            }
            let text = match &value.value {
                Value::Nothing => "",
                _ => value
                    .scalar()
                    .ok_or_else(|| format!("line {}: `{}` is not a text", value.place().line, key.name))?,
            };
            cells.push((key.name.clone(), text.to_owned()));
        }
        rows.push((u64::from(line), cells));
    }
    Ok(rows)
}
