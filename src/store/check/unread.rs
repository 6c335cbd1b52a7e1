//! Values that cannot be read, each with its record and column, and records that refer to others that are not there.

use anyhow::Result;

use super::{Fault, naming};
use crate::args;
use crate::store::db::Tx;

/// One value that cannot be read is told by itself; the other rules pass its record over.
pub(super) fn faults(tx: &Tx) -> Result<Vec<Fault>> {
    let mut faults = Vec::new();
    let tables =
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name";
    for table in tx.all(tables, &[], |row| row.string(0))? {
        let of_text = "SELECT name FROM pragma_table_xinfo(?1) WHERE upper(type) = 'TEXT' ORDER BY cid";
        let columns = tx.all(of_text, args![&table], |row| row.string(0))?;
        if columns.is_empty() {
            continue;
        }
        let quoted: Vec<String> = columns.iter().map(|column| format!("t.\"{column}\"")).collect();
        let sql = format!("SELECT t.rowid, {} FROM \"{table}\" t", quoted.join(", "));
        tx.each(&sql, &[], |row| {
            for (column, place) in columns.iter().zip(1..) {
                if row.opt_text(place).is_err() {
                    let record = naming::of_row(tx, &table, row.int(0)?)?;
                    let fault = format!("{column} holds what is no text, and cannot be read");
                    faults.push(Fault { rule: "every value can be read".to_string(), record, fault });
                }
            }
            Ok(())
        })?;
    }
    Ok(faults)
}

/// Records that refer to one that is not on record. Of a reference by several columns, the last says which it means.
pub(super) fn references(tx: &Tx) -> Result<Vec<Fault>> {
    let loose = "SELECT f.\"table\", f.rowid, f.parent, l.\"from\"
                 FROM pragma_foreign_key_check f JOIN pragma_foreign_key_list(f.\"table\") l ON l.id = f.fkid
                 WHERE l.seq = (SELECT max(m.seq) FROM pragma_foreign_key_list(f.\"table\") m WHERE m.id = f.fkid)";
    let mut faults: Vec<Fault> = Vec::new();
    tx.each(loose, &[], |row| {
        let (table, number, column) = (row.text(0)?, row.opt_int(1)?.unwrap_or(0), row.text(3)?);
        let (target, whose) = (naming::a(row.text(2)?), naming::whose(table));
        let sql = format!("SELECT \"{column}\" FROM \"{table}\" WHERE rowid = ?1");
        let value = tx.one(&sql, args![number], |row| Ok(naming::said(row, 0, "unreadable")))?.unwrap_or_default();
        let fault = format!("{whose}refers to {target} that is not there ({column} {value})");
        faults.push(Fault { rule: "the file is whole".to_string(), record: naming::of_row(tx, table, number)?, fault });
        Ok(())
    })?;
    Ok(faults)
}
