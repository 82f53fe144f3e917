//! The exchange with the device, by `webauthn-rs`. Challenges are stored in the session, on the server, and removed before an answer is checked: each
//! works once.

use serde::{Serialize, de::DeserializeOwned};
use tower_sessions::Session;
use uuid::Uuid;
use webauthn_rs::prelude::{
    AuthenticationResult, DiscoverableAuthentication, Passkey as Credential, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Url, Webauthn, WebauthnBuilder, WebauthnError,
};

use crate::{
    error::{AppError, OrInternal},
    identity::User,
    server::Ctx,
};

/// The session key of a challenge to add a passkey.
const REGISTRATION: &str = "passkey.registration";

/// The session key of a challenge to sign in.
const AUTHENTICATION: &str = "passkey.authentication";

/// The error for an answer without its challenge, to another challenge, or with an unknown key.
pub(super) fn refused() -> AppError {
    AppError::conflict(t!("identity-that-passkey-cant-be-used-here"))
}

fn refuse(error: WebauthnError) -> AppError {
    tracing::info!(%error, "passkey refused");
    refused()
}

/// The tenant's host, as devices know it.
fn relying_party(ctx: &Ctx) -> Result<Webauthn, AppError> {
    let origin = Url::parse(&ctx.url("/")).or_internal()?;
    let host = origin.host_str().unwrap_or_default().to_owned();
    WebauthnBuilder::new(&host, &origin).and_then(|builder| builder.rp_name(&ctx.tenant.name).build()).or_internal()
}

/// The options for creating a passkey, as JSON. The device is asked to store the user, so that signing in needs no name.
pub(super) async fn registration_options(
    ctx: &Ctx,
    session: &Session,
    user: &User,
    known: &[Credential],
) -> Result<String, AppError> {
    let known = known.iter().map(|credential| credential.cred_id().clone()).collect();
    let (challenge, state) = relying_party(ctx)?
        .start_passkey_registration(user.id.uuid(), &user.email, &user.name, Some(known))
        .or_internal()?;
    remember(session, REGISTRATION, &state).await?;
    let mut options = serde_json::to_value(&challenge).or_internal()?;
    options["publicKey"]["authenticatorSelection"]["residentKey"] = "required".into();
    options["publicKey"]["authenticatorSelection"]["requireResidentKey"] = true.into();
    Ok(options["publicKey"].to_string())
}

/// Checks the device's answer to [`registration_options`].
pub(super) async fn register(ctx: &Ctx, session: &Session, answer: &str) -> Result<Credential, AppError> {
    let state: PasskeyRegistration = take(session, REGISTRATION).await?;
    let answer: RegisterPublicKeyCredential = serde_json::from_str(answer).map_err(|_| AppError::Malformed)?;
    relying_party(ctx)?.finish_passkey_registration(&answer, &state).map_err(refuse)
}

/// The options for signing in with any passkey, as JSON.
pub(super) async fn authentication_options(ctx: &Ctx, session: &Session) -> Result<String, AppError> {
    let (challenge, state) = relying_party(ctx)?.start_discoverable_authentication().or_internal()?;
    remember(session, AUTHENTICATION, &state).await?;
    let options = serde_json::to_value(&challenge).or_internal()?;
    Ok(options["publicKey"].to_string())
}

/// An answer to [`authentication_options`] that hasn't been checked yet.
pub(super) struct Claim {
    answer: PublicKeyCredential,
    challenge: DiscoverableAuthentication,
    party: Webauthn,
    /// The account it claims.
    pub user: Uuid,
    /// The passkey it claims.
    pub credential_id: Vec<u8>,
}

impl Claim {
    /// Parses the device's answer, and removes its challenge from the session.
    pub async fn read(ctx: &Ctx, session: &Session, answer: &str) -> Result<Self, AppError> {
        let challenge = take(session, AUTHENTICATION).await?;
        let party = relying_party(ctx)?;
        let answer: PublicKeyCredential = serde_json::from_str(answer).map_err(|_| AppError::Malformed)?;
        let (user, id) = party.identify_discoverable_authentication(&answer).map_err(refuse)?;
        let credential_id = id.to_vec();
        Ok(Self { answer, challenge, party, user, credential_id })
    }

    /// Checks signature, challenge, host and counter against the account's passkey.
    pub fn check(self, credential: &Credential) -> Result<AuthenticationResult, AppError> {
        self.party.finish_discoverable_authentication_v2(&self.answer, self.challenge, credential).map_err(refuse)
    }
}

async fn remember(session: &Session, key: &str, state: &impl Serialize) -> Result<(), AppError> {
    session.insert(key, state).await.or_internal()
}

async fn take<T: DeserializeOwned>(session: &Session, key: &str) -> Result<T, AppError> {
    session.remove(key).await.or_internal()?.ok_or_else(refused)
}
