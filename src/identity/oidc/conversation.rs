//! The protocol between the browser, the provider and us (`OpenID` Connect Core 1.0, code flow; PKCE: RFC 7636).

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, TimeDelta, Utc};
use engine::{EmailAddress, Id};
use http::HeaderValue;
use openidconnect::{
    AccessToken, AccessTokenHash, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, HttpRequest, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, Scope, SubjectIdentifier, TokenResponse,
    core::{
        CoreAuthenticationFlow, CoreClient, CoreIdToken, CoreIdTokenClaims, CoreIdTokenVerifier,
        CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreUserInfoClaims,
    },
};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Refusal, network, store::IdentityProvider};
use crate::{
    error::{AppError, OrInternal},
    identity::User,
    secrets::Keys,
    server::Ctx,
};

/// How long a user may take at the provider.
const TIME_LIMIT: TimeDelta = TimeDelta::minutes(10);

/// How far the provider's clock may be behind.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::minutes(1);

/// The encryption purpose of a sign-in in progress.
const SEALED_FOR: &str = "oidc-sign-in";

/// Accepted signatures: only asymmetric ones, by a key that only the provider has.
const SIGNATURES: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// Stored in the browser's session while the user is at the provider. Removed when they return, so it works once.
#[derive(Serialize, Deserialize)]
pub(super) struct Begun {
    provider: Id<IdentityProvider>,
    state: String,
    nonce: Nonce,
    verifier: PkceCodeVerifier,
    pub(super) next: String,
    pub(super) who: Requirement,
    since: DateTime<Utc>,
}

/// The person's identity, as the provider states it.
#[derive(Debug)]
pub(super) struct Identity {
    /// The provider's permanent id of the person (`sub`).
    pub(super) subject: String,
    /// The e-mail that the provider has verified.
    pub(super) verified_email: Option<EmailAddress>,
    pub(super) name: Option<String>,
}

/// How the user must sign in at the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Requirement {
    /// An existing session there is enough.
    AnySession,
    /// They must sign in there now, as this account's owner: this is a fresh proof.
    FreshSignIn(Id<User>),
}

/// Where to redirect the browser, and what to store until it returns.
pub(super) async fn begin(
    ctx: &Ctx,
    provider: &IdentityProvider,
    next: &str,
    who: Requirement,
    now: DateTime<Utc>,
) -> Result<Result<(String, Begun), Refusal>, AppError> {
    let Some(client) = client(ctx, provider).await? else {
        return Ok(Err(Refusal::Failed));
    };
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let mut request = client
        .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
        .add_scope(Scope::new("email".into()))
        .add_scope(Scope::new("profile".into()))
        .set_pkce_challenge(challenge);
    if who != Requirement::AnySession {
        request = request.set_max_age(Duration::ZERO);
    }
    let (address, state, nonce) = request.url();
    let begun = Begun {
        provider: provider.id,
        state: state.into_secret(),
        nonce,
        verifier,
        next: next.to_owned(),
        who,
        since: now,
    };
    Ok(Ok((address.into(), begun)))
}

impl Begun {
    /// Encrypts it for the session, so that a reader of the database doesn't see nonce and verifier.
    pub(super) fn seal(&self, keys: &Keys) -> Result<String, AppError> {
        let plain = serde_json::to_vec(self).or_internal()?;
        Ok(STANDARD.encode(keys.seal(SEALED_FOR, &plain)))
    }

    /// Decrypts the result of [`Begun::seal`]; none if its key no longer exists.
    pub(super) fn open(keys: &Keys, sealed: &str) -> Option<Self> {
        let plain = keys.open(SEALED_FOR, &STANDARD.decode(sealed).ok()?).ok()?;
        serde_json::from_slice(&plain).ok()
    }

    /// Whether this state belongs to it.
    pub(super) fn is_answered_by(&self, provider: &IdentityProvider, state: &str, now: DateTime<Utc>) -> bool {
        // Digests are compared, so that the time doesn't depend on where the values differ.
        let is_same = Sha256::digest(self.state.as_bytes()) == Sha256::digest(state.as_bytes());
        is_same && self.provider == provider.id && now - self.since < TIME_LIMIT
    }

    /// Exchanges the code for the identity. Rejects a token unless it is signed by the provider, issued for us and for this sign-in, and current.
    pub(super) async fn finish(
        self,
        ctx: &Ctx,
        provider: &IdentityProvider,
        code: String,
        now: DateTime<Utc>,
    ) -> Result<Result<Identity, Refusal>, AppError> {
        let Some(client) = client(ctx, provider).await? else {
            return Ok(Err(Refusal::Failed));
        };
        let environment = ctx.app.config.environment;
        let http = |request: HttpRequest| network::send(environment, request);
        let Ok(request) = client.exchange_code(AuthorizationCode::new(code)) else {
            return Ok(Err(failed("has no token endpoint")));
        };
        let answer = match request.set_pkce_verifier(self.verifier).request_async(&http).await {
            Ok(answer) => answer,
            Err(error) => return Ok(Err(failed(error))),
        };
        // It is sent in a header of the userinfo request.
        if HeaderValue::from_str(answer.access_token().secret()).is_err() {
            return Ok(Err(failed("gave an access token that no request can carry")));
        }
        let Some(token) = answer.id_token() else {
            return Ok(Err(failed("gave no ID token")));
        };
        let verifier = client.id_token_verifier().set_allowed_algs(SIGNATURES).set_time_fn(move || now);
        let claims = match token.claims(&verifier, &self.nonce) {
            Ok(claims) => claims,
            Err(error) => return Ok(Err(failed(error))),
        };
        if !is_of_this_token(token, claims, &verifier, answer.access_token()) {
            return Ok(Err(failed("gave an access token that isn't the ID token's")));
        }
        // If we asked the provider for a new sign-in, the token has its time. A provider that doesn't support this omits the time, and the result
        // counts as an ordinary sign-in.
        let signed_in = claims.auth_time().filter(|_| self.who != Requirement::AnySession);
        if signed_in.is_some_and(|at| at + CLOCKS_DIFFER < self.since) {
            return Ok(Err(failed("let somebody through who signed in earlier")));
        }
        let subject = claims.subject().clone();
        let mut identity = Identity {
            subject: subject.to_string(),
            verified_email: claims
                .email()
                .filter(|_| claims.email_verified() == Some(true))
                .and_then(|email| email.parse().ok()),
            name: claims.name().and_then(|name| name.get(None)).and_then(|name| presentable(name)),
        };
        // Many providers put only the subject into the token.
        if identity.verified_email.is_none()
            && let Some(more) = user_info(&client, ctx, answer.access_token(), subject).await
        {
            identity.verified_email =
                more.email().filter(|_| more.email_verified() == Some(true)).and_then(|email| email.parse().ok());
            identity.name = identity
                .name
                .or_else(|| more.name().and_then(|name| name.get(None)).and_then(|name| presentable(name)));
        }
        Ok(Ok(identity))
    }
}

/// Checks that the access token belongs to the ID token, if the ID token says so.
fn is_of_this_token(
    token: &CoreIdToken,
    claims: &CoreIdTokenClaims,
    verifier: &CoreIdTokenVerifier<'_>,
    access: &AccessToken,
) -> bool {
    let Some(expected) = claims.access_token_hash() else {
        return true;
    };
    let (Ok(algorithm), Ok(key)) = (token.signing_alg(), token.signing_key(verifier)) else {
        return false;
    };
    AccessTokenHash::from_token(access, algorithm, key).is_ok_and(|actual| actual == *expected)
}

async fn user_info(
    client: &Client,
    ctx: &Ctx,
    access: &AccessToken,
    subject: SubjectIdentifier,
) -> Option<CoreUserInfoClaims> {
    let environment = ctx.app.config.environment;
    let http = |request: HttpRequest| network::send(environment, request);
    client.user_info(access.clone(), Some(subject)).ok()?.request_async(&http).await.ok()
}

/// The client for this provider. Its addresses and keys are fetched each time, because keys change.
async fn client(ctx: &Ctx, provider: &IdentityProvider) -> Result<Option<Client>, AppError> {
    let secret = provider.client_secret(&ctx.app.keys)?;
    let issuer = match IssuerUrl::new(provider.issuer.clone()) {
        Ok(issuer) => issuer,
        Err(error) => {
            failed(error);
            return Ok(None);
        }
    };
    let environment = ctx.app.config.environment;
    let http = |request: HttpRequest| network::send(environment, request);
    let metadata = match CoreProviderMetadata::discover_async(issuer, &http).await {
        Ok(metadata) => metadata,
        Err(error) => {
            failed(error);
            return Ok(None);
        }
    };
    let back = ctx.url(&format!("/sign-in/with/{}/callback", provider.slug));
    let back = RedirectUrl::new(back).or_internal()?;
    let client = CoreClient::from_provider_metadata(
        metadata,
        ClientId::new(provider.client_id.clone()),
        Some(ClientSecret::new(secret.expose_secret().to_owned())),
    );
    Ok(Some(client.set_redirect_uri(back)))
}

/// Logs why a provider's answer is rejected.
fn failed(why: impl std::fmt::Display) -> Refusal {
    tracing::warn!(error = %why, "an identity provider's answer was refused");
    Refusal::Failed
}

/// A name that an account may have, or none.
fn presentable(name: &str) -> Option<String> {
    let name: String = name.chars().filter(|c| !c.is_control()).take(120).collect();
    engine::field::optional(&name, 120).ok().flatten()
}
