//! Every literal statement of the server is prepared and planned by Postgres as the application's role, so a wrong column, a missing privilege or a
//! parameter without a type is found even where no other test runs the statement.

use std::collections::HashMap;

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::ToTokens;
use sqlx::{AssertSqlSafe, PgConnection};
use syn::{
    Expr, ExprCall, ExprMacro, ExprMethodCall, ItemConst, ItemMacro, Lit, Local, Pat, Token,
    parse::Parser,
    punctuated::Punctuated,
    visit::{self, Visit},
};

use crate::testing::{Source, TestDb, sources};

/// Commands of the operator's shell, whose statements run as the owner of the schema.
const AS_OWNER: [&str; 3] = ["migrate.rs", "operator/command.rs", "seeds/tenant.rs"];

/// How many statements of the server are built from listed names at run time; tests of their features run them. A new statement should be a
/// literal.
const MADE_AT_RUN_TIME: usize = 9;

#[tokio::test]
async fn postgres_accepts_every_statement_from_the_applications_role() {
    let sources = sources();
    let Statements { literal: statements, made_at_run_time, .. } = statements_of(&sources);
    let database = TestDb::new().await;
    let mut tx = database.db.begin_platform().await.unwrap();
    let mut owner = database.owner().await;
    run(&mut owner, "begin".to_owned()).await.unwrap();
    let mut complaints = Vec::new();
    for statement in &statements {
        let role = if AS_OWNER.contains(&statement.file.as_str()) { &mut owner } else { &mut *tx };
        if let Err(error) = plan(role, &statement.sql).await {
            complaints.push(format!("{}: {error}\n    {}", statement.file, statement.sql));
        }
    }
    drop((tx, owner));
    database.drop().await;
    assert!(statements.len() > 350, "found only {} statements", statements.len());
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    assert_eq!(made_at_run_time, MADE_AT_RUN_TIME);
}

/// The policies would do, but a statement that says it needs no policy, and is what moves a tenant to another machine. An inserted row gets its tenant
/// from its column. A statement says which tenant, and joins its other tables by it; what is returned of a new booking, by the row. The functions of the
/// schema that erase and forget aren't read here: the policy holds for them.
#[tokio::test]
async fn every_statement_on_a_tenants_table_names_the_tenant() {
    let Statements { literal: statements, pushed, .. } = statements_of(&sources());
    let database = TestDb::new().await;
    let mut owner = database.owner().await;
    let tables: Vec<String> = sqlx::query_scalar(
        "select c.relname::text from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
         where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace",
    )
    .fetch_all(&mut owner)
    .await
    .unwrap();
    drop(owner);
    database.drop().await;
    let touched = |sql: &str| {
        let words: Vec<&str> =
            sql.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty()).collect();
        let pairs = words.windows(2).filter(|pair| ["from", "join", "update", "using"].contains(&pair[0]));
        pairs.filter(|pair| tables.iter().any(|table| table == pair[1])).count()
    };
    let silent = |statement: &&Statement| {
        let (sql, touched) = (&statement.sql, touched(&statement.sql));
        let says_which = ["tenant_id = app.current_tenant()", "tenant_id = $", "insert into bookings"]
            .iter()
            .any(|words| sql.contains(words));
        sql.matches("tenant_id").count() < touched || (touched > 0 && !says_which)
    };
    assert!(pushed.iter().filter(|parts| touched(&parts.sql) > 0).count() > 3, "{} files build some", pushed.len());
    let complaints: Vec<String> = statements
        .iter()
        .chain(&pushed)
        .filter(|statement| !AS_OWNER.contains(&statement.file.as_str()))
        .filter(silent)
        .map(|statement| format!("{}: {}", statement.file, statement.sql))
        .collect();
    assert!(statements.iter().filter(|statement| touched(&statement.sql) > 0).count() > 200);
    assert!(complaints.is_empty(), "{}\n{} statements", complaints.join("\n"), complaints.len());
}

/// Prepares a statement and plans it with nulls, which also checks the role's privileges; nothing is executed.
async fn plan(db: &mut PgConnection, sql: &str) -> Result<(), sqlx::Error> {
    run(db, "savepoint attempt".to_owned()).await?;
    let outcome = prepare_and_explain(db, sql).await;
    run(db, "rollback to savepoint attempt".to_owned()).await?;
    run(db, "deallocate all".to_owned()).await?;
    outcome
}

async fn prepare_and_explain(db: &mut PgConnection, sql: &str) -> Result<(), sqlx::Error> {
    run(db, format!("prepare attempt as {sql}")).await?;
    let parameters: i32 = sqlx::query_scalar(
        "select coalesce(cardinality(parameter_types), 0) from pg_prepared_statements where name = 'attempt'",
    )
    .persistent(false)
    .fetch_one(&mut *db)
    .await?;
    let nulls = vec!["null"; usize::try_from(parameters).unwrap()].join(", ");
    let arguments = if nulls.is_empty() { String::new() } else { format!("({nulls})") };
    run(db, format!("explain execute attempt{arguments}")).await
}

async fn run(db: &mut PgConnection, sql: String) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(db).await.map(drop)
}

/// A statement after macro expansion.
struct Statement {
    file: String,
    sql: String,
}

struct Statements {
    literal: Vec<Statement>,
    /// The parts that each file pushes to builders, as one text.
    pushed: Vec<Statement>,
    /// The number of calls with a statement built at run time.
    made_at_run_time: usize,
}

fn statements_of(sources: &[Source]) -> Statements {
    let files: Vec<(&Source, syn::File)> = sources
        .iter()
        .map(|source| {
            (source, syn::parse_file(&source.code).unwrap_or_else(|error| panic!("{}: {error}", source.path)))
        })
        .collect();
    let mut everywhere = Macros::default();
    for (_, file) in &files {
        everywhere.visit_file(file);
    }
    let (mut literal, mut pushed, mut made_at_run_time) = (Vec::new(), Vec::new(), 0);
    for (source, file) in &files {
        let mut own = Macros::default();
        own.visit_file(file);
        let mut reader = Reader {
            own,
            everywhere: &everywhere,
            values: HashMap::new(),
            found: Vec::new(),
            pushed: Vec::new(),
            unread: 0,
        };
        reader.visit_file(file);
        let calls = source.code.matches("sqlx::query").count();
        assert_eq!(
            reader.found.len() + reader.unread,
            calls,
            "{}: the law doesn't find one of the statements",
            source.path
        );
        made_at_run_time += reader.unread;
        literal.extend(reader.found.into_iter().map(|sql| Statement { file: source.path.clone(), sql }));
        pushed.push(Statement { file: source.path.clone(), sql: reader.pushed.join(" ") });
    }
    Statements { literal, pushed, made_at_run_time }
}

/// The macros that expand to parts of statements, by name.
#[derive(Default)]
struct Macros(HashMap<String, Vec<Arm>>);

/// `(parameters) => { body }`.
struct Arm {
    parameters: Vec<String>,
    body: TokenStream,
}

impl<'ast> Visit<'ast> for Macros {
    fn visit_item_macro(&mut self, item: &'ast ItemMacro) {
        if let Some(name) = &item.ident {
            self.0.insert(name.to_string(), arms(item.mac.tokens.clone()));
        }
    }
}

fn arms(tokens: TokenStream) -> Vec<Arm> {
    let groups: Vec<Group> = tokens
        .into_iter()
        .filter_map(|token| match token {
            TokenTree::Group(group) => Some(group),
            _ => None,
        })
        .collect();
    groups.chunks_exact(2).map(|pair| Arm { parameters: parameters(&pair[0]), body: pair[1].stream() }).collect()
}

fn parameters(pattern: &Group) -> Vec<String> {
    let tokens: Vec<TokenTree> = pattern.stream().into_iter().collect();
    let names =
        tokens.windows(2).filter(|pair| matches!(&pair[0], TokenTree::Punct(dollar) if dollar.as_char() == '$'));
    names.map(|pair| pair[1].to_string()).collect()
}

impl Macros {
    /// The expansion of a macro call.
    fn expand(&self, name: &str, arguments: &TokenStream) -> Option<Expr> {
        let given = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(arguments.clone()).ok()?;
        let arm = self.0.get(name)?.iter().find(|arm| arm.parameters.len() == given.len())?;
        let values = arm.parameters.iter().cloned().zip(given.iter().map(ToTokens::to_token_stream)).collect();
        syn::parse2(substitute(arm.body.clone(), &values)).ok()
    }
}

fn substitute(body: TokenStream, values: &HashMap<String, TokenStream>) -> TokenStream {
    let mut result = TokenStream::new();
    let mut tokens = body.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(dollar) if dollar.as_char() == '$' => {
                // `$crate` and repetitions stay as they are: no statement has them.
                let follows = tokens.next().expect("a name follows the dollar");
                match values.get(&follows.to_string()) {
                    Some(value) => result.extend(value.clone()),
                    None => result.extend([follows]),
                }
            }
            TokenTree::Group(group) => {
                let inner = substitute(group.stream(), values);
                result.extend([TokenTree::Group(Group::new(group.delimiter(), inner))]);
            }
            other => result.extend([other]),
        }
    }
    result
}

/// Reads the first argument of every `sqlx::query…` of a file.
struct Reader<'a> {
    own: Macros,
    everywhere: &'a Macros,
    /// Texts of constants and variables by name; the latest one in the file.
    values: HashMap<String, String>,
    found: Vec<String>,
    /// The parts of statements that are pushed to a builder.
    pushed: Vec<String>,
    unread: usize,
}

impl Reader<'_> {
    fn text(&self, expression: &Expr) -> Option<String> {
        match expression {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(text) => Some(text.value()),
                _ => None,
            },
            Expr::Path(path) => self.values.get(&path.path.get_ident()?.to_string()).cloned(),
            Expr::Macro(call) => self.text_of_macro(call),
            Expr::Group(group) => self.text(&group.expr),
            Expr::Paren(inner) => self.text(&inner.expr),
            _ => None,
        }
    }

    fn text_of_macro(&self, call: &ExprMacro) -> Option<String> {
        let name = call.mac.path.segments.last()?.ident.to_string();
        if name == "concat" {
            let parts = call.mac.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated);
            return parts.ok()?.iter().map(|part| self.text(part)).collect();
        }
        let expanded =
            self.own.expand(&name, &call.mac.tokens).or_else(|| self.everywhere.expand(&name, &call.mac.tokens));
        self.text(&expanded?)
    }

    fn keep(&mut self, name: String, value: &Expr) {
        match self.text(value) {
            Some(text) => self.values.insert(name, text),
            None => self.values.remove(&name),
        };
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item_const(&mut self, item: &'ast ItemConst) {
        self.keep(item.ident.to_string(), &item.expr);
    }

    fn visit_local(&mut self, local: &'ast Local) {
        visit::visit_local(self, local);
        let pattern = match &local.pat {
            Pat::Type(typed) => &*typed.pat,
            pattern => pattern,
        };
        if let (Pat::Ident(name), Some(value)) = (pattern, &local.init) {
            self.keep(name.ident.to_string(), &value.expr);
        }
    }

    fn visit_expr_macro(&mut self, call: &'ast ExprMacro) {
        let name = call.mac.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
        if let Some(expanded) = self.own.expand(&name, &call.mac.tokens) {
            self.visit_expr(&expanded);
        }
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        visit::visit_expr_method_call(self, call);
        if call.method == "push" {
            self.pushed.extend(call.args.first().and_then(|part| self.text(part)));
        }
    }

    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        visit::visit_expr_call(self, call);
        let Expr::Path(function) = &*call.func else { return };
        let names: Vec<String> = function.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if names.len() == 2 && names[0] == "sqlx" && names[1].starts_with("query") {
            match call.args.first().and_then(|sql| self.text(sql)) {
                Some(sql) => self.found.push(sql),
                None => self.unread += 1,
            }
        }
        if names == ["QueryBuilder", "new"] {
            self.pushed.extend(call.args.first().and_then(|part| self.text(part)));
        }
    }
}

#[test]
fn statements_are_read_through_constants_and_macros() {
    let code = r#"
        macro_rules! columns { ($table:literal) => { concat!($table, "id, ", $table, "name") }; }
        const ALL: &str = "select 1";
        fn f(id: i32) {
            let sql = concat!("select ", columns!("u."), " from users u where id = $1");
            sqlx::query_as::<_, (i32,)>(sql).bind(id);
            sqlx::query(ALL);
            sqlx::query_scalar(AssertSqlSafe(made));
            let mut builder = QueryBuilder::<Postgres>::new("select id");
            builder.push(" from users").push(" where true");
        }
    "#;
    let source = Source { path: "f.rs".to_owned(), code: code.to_owned() };
    let Statements { literal, pushed, made_at_run_time } = statements_of(&[source]);
    let statements: Vec<&str> = literal.iter().map(|statement| statement.sql.as_str()).collect();
    assert_eq!(statements, ["select u.id, u.name from users u where id = $1", "select 1"]);
    assert_eq!(pushed[0].sql, "select id  from users  where true");
    assert_eq!(made_at_run_time, 1);
}
