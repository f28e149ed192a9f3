// Newlines and the minus between two values.
//
// Newlines are tokens here, because one ends an entry. Inside brackets a
// newline with an item behind it is none: then a bracket was never closed,
// and the compiler says so (`nl` and `item_head` of grammar/bean.pest).

#include "tree_sitter/parser.h"

#include <string.h>

enum TokenType { NEWLINE, INNER_NEWLINE, MINUS, NOTHING };

void *tree_sitter_bean_external_scanner_create(void) { return NULL; }

void tree_sitter_bean_external_scanner_destroy(void *payload) { (void)payload; }

unsigned tree_sitter_bean_external_scanner_serialize(void *payload, char *buffer) {
  (void)payload;
  (void)buffer;
  return 0;
}

void tree_sitter_bean_external_scanner_deserialize(void *payload, const char *buffer,
                                                   unsigned length) {
  (void)payload;
  (void)buffer;
  (void)length;
}

static bool is_blank(int32_t c) { return c == ' ' || c == '\t'; }

static bool is_name_start(int32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_one_of(const char *word, const char *const *words) {
  for (; *words; words++) {
    if (strcmp(word, *words) == 0) return true;
  }
  return false;
}

// Whether an item begins here. Reads ahead; the token has ended before.
static bool item_head(TSLexer *lexer) {
  static const char *const NAMED[] = {"application", "environment", "template", "network",
                                      "platform",    "resource",    "param",    "input",
                                      "let",         "output",      NULL};
  char word[16];
  unsigned length = 0;
  while (lexer->lookahead >= 'a' && lexer->lookahead <= 'z') {
    if (length == sizeof(word) - 1) return false;
    word[length++] = (char)lexer->lookahead;
    lexer->advance(lexer, false);
  }
  word[length] = '\0';
  bool blanks = false;
  while (is_blank(lexer->lookahead)) {
    blanks = true;
    lexer->advance(lexer, false);
  }
  int32_t next = lexer->lookahead;
  if (strcmp(word, "import") == 0) return next == '{';
  if (!blanks) return false;
  if (strcmp(word, "edition") == 0) return next >= '0' && next <= '9';
  if (strcmp(word, "test") == 0) return next == '"';
  return is_one_of(word, NAMED) && is_name_start(next);
}

bool tree_sitter_bean_external_scanner_scan(void *payload, TSLexer *lexer,
                                            const bool *valid_symbols) {
  (void)payload;
  bool recovering = valid_symbols[NOTHING] && valid_symbols[NEWLINE];
  bool separate = false;
  while (is_blank(lexer->lookahead) || lexer->lookahead == '\r') {
    separate = true;
    lexer->advance(lexer, true);
  }
  if (lexer->lookahead == '\n' && (valid_symbols[NEWLINE] || valid_symbols[INNER_NEWLINE])) {
    lexer->advance(lexer, false);
    lexer->mark_end(lexer);
    // In a file that is being mended an item's head is the best place to go on.
    if (recovering) {
      lexer->result_symbol = item_head(lexer) ? NEWLINE : INNER_NEWLINE;
      return true;
    }
    lexer->result_symbol = valid_symbols[NEWLINE] ? NEWLINE : INNER_NEWLINE;
    return valid_symbols[NEWLINE] || !item_head(lexer);
  }
  if (lexer->lookahead == '-' && valid_symbols[MINUS] && !recovering) {
    separate = separate || lexer->get_column(lexer) == 0;
    lexer->advance(lexer, false);
    lexer->mark_end(lexer);
    lexer->result_symbol = MINUS;
    int32_t next = lexer->lookahead;
    bool blank = is_blank(next) || next == '\r' || next == '\n' || lexer->eof(lexer);
    return separate && blank;
  }
  return false;
}
