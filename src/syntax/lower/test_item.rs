//! `test` items and their statements.

use super::{Behind, Commas, Lowering, Pair, Rule};
use crate::syntax::ast::{Test, TestStatement, Word};
use crate::syntax::errors;

impl Lowering<'_> {
    pub(super) fn test(&mut self, pair: Pair<'_>) -> Option<Test> {
        let docs = self.take_docs();
        let span = self.trimmed(&pair);
        let keyword = self.at(span.start as usize, span.start as usize + "test".len());
        let (mut name, mut statements, mut gap) = (None, Vec::new(), None);
        for inner in pair.into_inner() {
            let inner_span = self.span(&inner);
            match inner.as_rule() {
                Rule::string => name = self.plain_text(inner),
                Rule::err_missing_name => {
                    self.lose(errors::missing_name(keyword, "a `test`"));
                }
                Rule::err_head => {
                    if name.is_some() {
                        let text = self.slice(inner_span).to_owned();
                        self.lose(errors::unexpected_in_head(inner_span, &text));
                    }
                }
                Rule::err_brace_below => gap = Some(inner_span),
                Rule::test_body => {
                    self.brace_below(gap, inner_span);
                    self.statements(inner, &mut statements);
                }
                Rule::err_missing_block => {
                    self.lose(errors::missing_block(span.after(), "a `test`"));
                }
                _ => self.behind(inner, Behind::Entry),
            }
        }
        Some(Test {
            keyword,
            name: name?,
            statements,
            docs,
            span,
        })
    }

    pub(super) fn statements(&mut self, pair: Pair<'_>, statements: &mut Vec<TestStatement>) {
        let mut commas = Commas::default();
        for inner in pair.into_inner() {
            commas.see(self, &inner);
            match inner.as_rule() {
                Rule::given => statements.extend(self.given(inner)),
                Rule::expectation => {
                    statements.push(TestStatement::Expect(self.assertion(inner)));
                }
                Rule::diagnostic => {
                    let expected = !inner.as_str().starts_with("expect_no");
                    let span = self.trimmed(&inner);
                    let which = self.statement_word(inner, "a code or severity");
                    statements.extend(which.map(|which| TestStatement::Diagnostic {
                        expected,
                        which,
                        span,
                    }));
                }
                Rule::snapshot => {
                    let span = self.trimmed(&inner);
                    let what = self.statement_word(inner, "`cloudformation` or `terraform`");
                    statements.extend(what.map(|what| TestStatement::Snapshot { what, span }));
                }
                Rule::err_junk => {
                    let span = self.trimmed(&inner);
                    let text = self.slice(span).to_owned();
                    let first = text.split_whitespace().next().unwrap_or_default();
                    let place = self.at(span.start as usize, span.start as usize + first.len());
                    self.lose(errors::malformed_test(place, first));
                }
                Rule::err_unclosed_block => self.damaged = true,
                _ => self.mark(&inner),
            }
        }
    }

    pub(super) fn given(&mut self, pair: Pair<'_>) -> Option<TestStatement> {
        self.docs = None;
        let span = self.trimmed(&pair);
        let (mut subject, mut params) = (None, Vec::new());
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::path => subject = self.path(&inner),
                Rule::err_missing_value => {
                    let keyword = self.at(span.start as usize, span.start as usize + "given".len());
                    self.lose(errors::missing_subject(keyword));
                }
                Rule::given_body => {
                    let mut commas = Commas::default();
                    for inner in inner.into_inner() {
                        commas.see(self, &inner);
                        match inner.as_rule() {
                            Rule::given_param => {
                                params.extend(self.name_and_value(inner, "a `param`"));
                            }
                            Rule::err_junk => self.junk(&inner),
                            Rule::err_unclosed_block => self.damaged = true,
                            _ => self.mark(&inner),
                        }
                    }
                }
                _ => self.behind(inner, Behind::Entry),
            }
        }
        Some(TestStatement::Given {
            subject: subject?,
            params,
            span,
        })
    }

    pub(super) fn statement_word(&mut self, pair: Pair<'_>, what: &str) -> Option<Word> {
        self.docs = None;
        let mut word = None;
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::diagnostic_kind => {}
                Rule::name => word = self.name(&inner),
                Rule::string => word = self.plain_text(inner),
                Rule::err_missing_name => {
                    let span = self.span(&inner);
                    let error = errors::missing_value(span, "this statement");
                    self.lose(error.help(format!("it takes {what}")));
                }
                _ => self.behind(inner, Behind::Entry),
            }
        }
        word
    }
}
