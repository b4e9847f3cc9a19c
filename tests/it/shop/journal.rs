//! The journal's own lines, opened with the keys that lie beside it: nothing of the program's
//! reading of them is used.

use std::collections::BTreeMap;
use std::path::Path;

use base64::Engine;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use serde_json::Value;

/// Every event, oldest first, as it was written.
pub fn events(data: &Path) -> Vec<Value> {
    let mut files: Vec<_> =
        std::fs::read_dir(data.join("journal")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.is_file());
    files.sort();
    let mut keys = BTreeMap::new();
    let mut events = Vec::new();
    for file in files {
        for line in std::fs::read_to_string(&file).unwrap().lines() {
            let mut line: Value = serde_json::from_str(line).unwrap();
            for item in line["events"].as_array_mut().unwrap() {
                match item.get_mut("plain") {
                    Some(plain) => events.push(plain.take()),
                    None => events.push(opened(&item["sealed"], data, &mut keys)),
                }
            }
        }
    }
    events
}

fn opened(sealed: &Value, data: &Path, keys: &mut BTreeMap<String, XChaCha20Poly1305>) -> Value {
    let name = sealed["key"].as_str().unwrap();
    let cipher = keys.entry(name.to_owned()).or_insert_with(|| {
        let file = data.join("keys").join(&name[..2]).join(&name[2..]);
        XChaCha20Poly1305::new_from_slice(&std::fs::read(file).unwrap()).unwrap()
    });
    let content =
        base64::engine::general_purpose::STANDARD_NO_PAD.decode(sealed["content"].as_str().unwrap()).unwrap();
    let (nonce, text) = content.split_at(24);
    let print = sealed["print"].as_str().unwrap();
    let label = format!("{name}:{print}:{:?}", sealed["message"].as_u64());
    let payload = Payload { msg: text, aad: label.as_bytes() };
    let json = cipher.decrypt(XNonce::from_slice(nonce), payload).expect("the key opens what it sealed");
    serde_json::from_slice(&json).unwrap()
}
