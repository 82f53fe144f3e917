//! Operators' actions.

mod account;
mod administrators;
mod new_tenant;
mod second_factor;
mod tasks;
mod tenant;

pub(super) use account::unfinished_sign_in;
pub use account::{
    OperatorChangePassword, OperatorSignIn, OperatorSignOut, PasswordForm, SignInForm, operator_change_password,
    operator_sign_in, operator_sign_out,
};
pub use administrators::{AdministratorForm, OperatorInviteAdministrator, operator_invite_administrator};
pub use new_tenant::{NewTenantForm, OperatorCreateTenant, REGIONS, operator_create_tenant};
pub use second_factor::{
    CodeForm, OperatorBeginSecondFactor, OperatorEnableSecondFactor, OperatorFinishSignIn, OperatorHideRecoveryCodes,
    OperatorRemoveSecondFactor, OperatorRenewRecoveryCodes, PasswordOnlyForm, operator_begin_second_factor,
    operator_enable_second_factor, operator_finish_sign_in, operator_hide_recovery_codes,
    operator_remove_second_factor, operator_renew_recovery_codes,
};
pub use tasks::{
    DeadlineForm, OperatorResolveTask, OperatorRetryDeadline, OperatorRetryTask, operator_resolve_task,
    operator_retry_deadline, operator_retry_task,
};
pub use tenant::{
    ImpersonateForm, OperatorChangeStatus, OperatorEditTenant, OperatorImpersonate, StatusForm, TermsForm,
    operator_change_status, operator_edit_tenant, operator_impersonate,
};
