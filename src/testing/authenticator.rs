//! A test device with passkeys: it answers challenges as in Web Authentication (level 3), with attestation `none`.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use p256::ecdsa::{Signature, SigningKey, signature::Signer};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Flags of the authenticator data: user present, user verified, credential attached.
const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const ATTACHED: u8 = 0x40;

/// A device with one passkey.
pub struct Authenticator {
    key: SigningKey,
    credential_id: Vec<u8>,
    owner: Uuid,
    /// The origin reported by the browser; a copy of the page elsewhere can't fake it.
    pub origin: String,
    /// Whether its owner unlocks it, rather than only touching it.
    pub verifies: bool,
    counter: u32,
}

impl Authenticator {
    /// A device for one account, in a browser on this host.
    pub fn new(host: &str, owner: Uuid) -> Self {
        let key = SigningKey::from_slice(&Sha256::digest(owner.as_bytes())).unwrap();
        Self {
            key,
            credential_id: Uuid::now_v7().as_bytes().to_vec(),
            owner,
            origin: format!("http://{host}"),
            verifies: true,
            counter: 0,
        }
    }

    /// Creates its passkey, as the server's options ask.
    pub fn create(&mut self, options: &Value) -> String {
        let client_data = self.client_data("webauthn.create", options);
        let mut data = self.data(options["rp"]["id"].as_str().unwrap(), ATTACHED);
        data.extend([0; 16]);
        data.extend(u16::try_from(self.credential_id.len()).unwrap().to_be_bytes());
        data.extend(&self.credential_id);
        data.extend(self.public_key());
        let mut attestation = vec![0xa3];
        attestation.extend(cbor_text("fmt"));
        attestation.extend(cbor_text("none"));
        attestation.extend(cbor_text("attStmt"));
        attestation.push(0xa0);
        attestation.extend(cbor_text("authData"));
        attestation.extend(cbor_bytes(&data));
        self.answer(&json!({ "attestationObject": encode(&attestation), "clientDataJSON": encode(&client_data) }))
    }

    /// Proves possession of the passkey, as the server's options ask.
    pub fn get(&mut self, options: &Value) -> String {
        self.counter += 1;
        let client_data = self.client_data("webauthn.get", options);
        let data = self.data(options["rpId"].as_str().unwrap(), 0);
        let signed = [data.as_slice(), &Sha256::digest(&client_data)].concat();
        let signature: Signature = self.key.sign(&signed);
        self.answer(&json!({
            "authenticatorData": encode(&data),
            "clientDataJSON": encode(&client_data),
            "signature": encode(signature.to_der().as_bytes()),
            "userHandle": encode(self.owner.as_bytes()),
        }))
    }

    fn answer(&self, response: &Value) -> String {
        let id = encode(&self.credential_id);
        json!({ "id": id, "rawId": id, "type": "public-key", "response": response, "clientExtensionResults": {} })
            .to_string()
    }

    fn client_data(&self, kind: &str, options: &Value) -> Vec<u8> {
        json!({ "type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": false })
            .to_string()
            .into_bytes()
    }

    fn data(&self, rp_id: &str, more: u8) -> Vec<u8> {
        let mut data = Sha256::digest(rp_id.as_bytes()).to_vec();
        data.push(PRESENT | if self.verifies { VERIFIED } else { 0 } | more);
        data.extend(self.counter.to_be_bytes());
        data
    }

    /// The public key as RFC 9053 encodes it: elliptic curve, ES256, P-256, x, y.
    fn public_key(&self) -> Vec<u8> {
        let point = self.key.verifying_key().to_sec1_point(false);
        let mut key = vec![0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21];
        key.extend(cbor_bytes(point.x().unwrap()));
        key.push(0x22);
        key.extend(cbor_bytes(point.y().unwrap()));
        key
    }
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn cbor_text(text: &str) -> Vec<u8> {
    [&[0x60 + u8::try_from(text.len()).unwrap()], text.as_bytes()].concat()
}

/// Byte strings of up to 65,535 bytes.
fn cbor_bytes(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap().to_be_bytes();
    [&[0x59], length.as_slice(), bytes].concat()
}
