//! The one table of codes.
//!
//! A code is a promise: its number and slug never change and are never used
//! again. Each has a page in `pages/`, named after the number, that
//! `beanc explain` prints; its first `bean bad` example must give exactly this
//! code and its first `bean good` example nothing (tested over the table).
//!
//! Ranges: `E00xx` syntax, `E01xx` names, imports and inheritance, `E02xx`
//! types and units, `E03xx` tier and platform, `E04xx` network, `E05xx` limits
//! and names, `E06xx` graph, `E07xx` secrets and IAM, `E08xx` raw resources,
//! patches and outputs, `E09xx` tests and assertions; `W1xxx` reliability,
//! `W2xxx` security, `W3xxx` cost, `W4xxx` style, `W5xxx` facts of vendors.

use super::Severity;

macro_rules! codes {
    ($($name:ident = $number:literal $slug:literal;)*) => {
        /// A kind of complaint.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = concat!("`", $number, "` ", $slug)] $name,)*
        }

        impl Code {
            /// Every code there is, in the order of the numbers.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The number with its letter: `E0110`.
            #[must_use]
            pub fn number(self) -> &'static str {
                match self { $(Self::$name => $number,)* }
            }

            /// The name for people and for `allow`: `unknown-property`.
            #[must_use]
            pub fn slug(self) -> &'static str {
                match self { $(Self::$name => $slug,)* }
            }

            /// The page that `beanc explain` prints, in Markdown.
            #[must_use]
            pub fn page(self) -> &'static str {
                match self { $(Self::$name => include_str!(concat!("pages/", $number, ".md")),)* }
            }
        }
    };
}

codes! {
    MissingEdition = "E0001" "missing-edition";
    UnsupportedEdition = "E0002" "unsupported-edition";
    NotAProgram = "E0003" "not-a-program";
    MissingEquals = "E0004" "missing-equals";
    MissingValue = "E0005" "missing-value";
    StrayColon = "E0006" "stray-colon";
    StraySemicolon = "E0007" "stray-semicolon";
    ExtraComma = "E0008" "extra-comma";
    UnclosedBlock = "E0009" "unclosed-block";
    UnclosedList = "E0010" "unclosed-list";
    UnclosedParenthesis = "E0011" "unclosed-parenthesis";
    UnknownItem = "E0012" "unknown-item";
    MissingBlock = "E0013" "missing-block";
    UnclosedText = "E0014" "unclosed-text";
    UnmatchedBracket = "E0015" "unmatched-bracket";
    MissingName = "E0016" "missing-name";
    MalformedName = "E0017" "malformed-name";
    BadEscape = "E0018" "bad-escape";
    BadInterpolation = "E0019" "bad-interpolation";
    UnexpectedCharacter = "E0020" "unexpected-character";
    WrongAssignment = "E0021" "wrong-assignment";
    WordOperator = "E0022" "word-operator";
    SingleQuotes = "E0023" "single-quotes";
    NoNull = "E0024" "no-null";
    BlockComment = "E0025" "block-comment";
    NoLoops = "E0026" "no-loops";
    ChainedComparison = "E0027" "chained-comparison";
    IncompleteConditional = "E0028" "incomplete-conditional";
    NestingTooDeep = "E0029" "nesting-too-deep";
    FileTooLarge = "E0030" "file-too-large";
    MissingComma = "E0031" "missing-comma";
    UnknownOperator = "E0032" "unknown-operator";
    MinusWithoutSpaces = "E0033" "minus-without-spaces";
    SecondEdition = "E0034" "second-edition";
    MalformedImport = "E0035" "malformed-import";
    MissingType = "E0036" "missing-type";
    EqualsBehindLabel = "E0037" "equals-behind-label";
    BraceOnNextLine = "E0038" "brace-on-next-line";
    UnquotedText = "E0039" "unquoted-text";
    DottedKey = "E0040" "dotted-key";
    MalformedTest = "E0041" "malformed-test";
    AppendToBlock = "E0042" "append-to-block";
    InterpolatedName = "E0043" "interpolated-name";
    UnexpectedText = "E0044" "unexpected-text";
    StrayProperty = "E0045" "stray-property";
    MisplacedItem = "E0046" "misplaced-item";
    NotYet = "E0099" "not-in-this-version";
    UnreadableFile = "E0101" "unreadable-file";
    OutsideProject = "E0102" "outside-project";
    ImportCycle = "E0103" "import-cycle";
    UnresolvedImport = "E0104" "unresolved-import";
    UnknownProperty = "E0110" "unknown-property";
    PropertyInWrongBlock = "E0111" "property-in-wrong-block";
    ForeignName = "E0112" "foreign-name";
    MissingProperty = "E0113" "missing-property";
    DuplicateProperty = "E0114" "duplicate-property";
    WrongShape = "E0115" "wrong-shape";
    DuplicateItem = "E0116" "duplicate-item";
    NamesCollide = "E0117" "names-collide";
    UnresolvedReference = "E0120" "unresolved-reference";
    UnknownAttribute = "E0121" "unknown-attribute";
    NoSuchLayer = "E0122" "no-such-layer";
    WhichApplication = "E0123" "which-application";
    OutputWithoutUnit = "E0124" "output-without-unit";
    UnknownParent = "E0130" "unknown-parent";
    ParentsDisagree = "E0131" "parents-disagree";
    InheritanceCycle = "E0132" "inheritance-cycle";
    OtherTier = "E0133" "other-tier";
    NothingToRemove = "E0134" "nothing-to-remove";
    RepeatedParent = "E0135" "repeated-parent";
    UnknownParam = "E0140" "unknown-param";
    ParamWithoutValue = "E0141" "param-without-value";
    ParamOfOtherType = "E0142" "param-of-other-type";
    UnknownType = "E0143" "unknown-type";
    MalformedSettings = "E0150" "malformed-settings";
    UnknownSetting = "E0151" "unknown-setting";
    DamagedLock = "E0152" "damaged-lock";
    NotLocked = "E0153" "not-locked";
    UnitRequired = "E0201" "unit-required";
    UnknownUnit = "E0202" "unknown-unit";
    WrongType = "E0203" "wrong-type";
    UnknownValue = "E0204" "unknown-value";
    WrongOperands = "E0205" "wrong-operands";
    UnknownFunction = "E0206" "unknown-function";
    WrongArguments = "E0207" "wrong-arguments";
    NeedsItself = "E0208" "needs-itself";
    ChainTooLong = "E0209" "chain-too-long";
    KnownTooLate = "E0210" "known-too-late";
    NumberTooLarge = "E0220" "number-too-large";
    MalformedRange = "E0221" "malformed-range";
    DurationParts = "E0222" "duration-parts";
    MalformedNumber = "E0223" "malformed-number";
    ValueTooLarge = "E0224" "value-too-large";
    NotInTier = "E0301" "not-in-tier";
    MissingTier = "E0302" "missing-tier";
    UnknownVariant = "E0303" "unknown-variant";
    UnknownPlatform = "E0304" "unknown-platform";
    ArchitectureMismatch = "E0310" "architecture-mismatch";
    MixedArchitectures = "E0311" "mixed-architectures";
    UnknownInstanceType = "E0312" "unknown-instance-type";
    VolumeLimits = "E0313" "volume-limits";
    TypeCannotStart = "E0314" "type-cannot-start";
    NeedsBalancer = "E0320" "needs-load-balancer";
    NeedsHttp = "E0321" "needs-http";
    MetricNotThere = "E0322" "metric-not-there";
    SharedBalancer = "E0323" "not-of-shared-load-balancer";
    OutsideNetwork = "E0401" "outside-network";
    SubnetsOverlap = "E0402" "subnets-overlap";
    HostBits = "E0403" "host-bits";
    PrefixOutOfRange = "E0404" "prefix-out-of-range";
    DoesNotFit = "E0405" "does-not-fit";
    TwoZones = "E0406" "two-zones";
    OtherNetwork = "E0407" "other-network";
    NoWayOut = "E0408" "no-way-out";
    NoWayIn = "E0409" "no-way-in";
    PortTaken = "E0410" "listener-port-taken";
    PriorityTaken = "E0411" "rule-priority-taken";
    UnknownEntry = "E0412" "unknown-entry";
    OutsideZone = "E0413" "outside-zone";
    NameTaken = "E0414" "dns-name-taken";
    NoSubnets = "E0415" "no-subnets";
    StateTaken = "E0416" "state-taken";
    OutOfRange = "E0501" "out-of-range";
    ImpossibleCombination = "E0502" "impossible-combination";
    OneOf = "E0503" "one-of";
    OtherUnit = "E0504" "other-unit";
    MalformedText = "E0505" "malformed-text";
    NotATerm = "E0506" "not-a-term";
    TooMany = "E0507" "too-many";
    NameLength = "E0510" "name-length";
    MalformedTag = "E0511" "malformed-tag";
    UnknownRegion = "E0512" "unknown-region";
    OtherRegion = "E0513" "other-region";
    DependencyCycle = "E0601" "dependency-cycle";
    SecretExposed = "E0701" "secret-exposed";
    MalformedSecret = "E0702" "malformed-secret";
    TooManyResources = "E0803" "too-many-resources";
    TemplateTooLarge = "E0804" "template-too-large";
    UserDataTooLarge = "E0805" "user-data-too-large";
    DeploymentFailed = "E0890" "deployment-failed";
    AssertionFailed = "E0901" "assertion-failed";
    InterruptedDeployment = "W1001" "interrupted-deployment";
    OneNatGateway = "W1002" "one-nat-gateway";
    SilentDeadLetters = "W1003" "silent-dead-letters";
    NeverSetAside = "W1004" "never-set-aside";
    ShortGrace = "W1005" "short-grace";
    OneAttempt = "W1006" "one-attempt";
    SingleZone = "W1007" "single-zone";
    AloneBehindBalancer = "W1008" "alone-behind-balancer";
    NoRoomToScale = "W1009" "no-room-to-scale";
    FlappingTrigger = "W1010" "flapping-trigger";
    ShortCooldown = "W1011" "short-cooldown";
    ScaledToNothing = "W1012" "scaled-to-nothing";
    ShortDrain = "W1013" "short-drain";
    SlowHealthCheck = "W1014" "slow-health-check";
    LenientHealthCheck = "W1015" "lenient-health-check";
    ShortDeploymentTimeout = "W1016" "short-deployment-timeout";
    OnlySpot = "W1017" "only-spot";
    OneSpotPool = "W1018" "one-spot-pool";
    UntoldAlarm = "W1019" "untold-alarm";
    EverythingAtOnce = "W1020" "everything-at-once";
    NoRollback = "W1021" "no-rollback";
    ShortLogRetention = "W1022" "short-log-retention";
    UnreachableRule = "W1023" "unreachable-rule";
    SchedulesCollide = "W1024" "schedules-collide";
    FloatingImage = "W1025" "floating-image";
    DefaultHealthPath = "W1026" "default-health-path";
    UnwatchedQueue = "W1027" "unwatched-queue";
    NoRedirect = "W1028" "no-redirect";
    SilentTopic = "W1029" "silent-topic";
    MissingSource = "W1030" "missing-source";
    OtherNode = "W1031" "other-node-version";
    PlainHttp = "W2002" "plain-http";
    LiteralSecret = "W2003" "literal-secret";
    PortWithoutCertificate = "W2005" "port-without-certificate";
    KeyPair = "W2006" "key-pair";
    OldTls = "W2007" "old-tls";
    DowngradeRedirect = "W2008" "downgrade-redirect";
    PublicInstances = "W2009" "public-instances";
    NoAccessLogs = "W2010" "no-access-logs";
    NoFlowLogs = "W2011" "no-flow-logs";
    SecretInput = "W2012" "secret-input";
    NoHttps = "W2013" "no-https";
    NatForTests = "W3001" "nat-for-tests";
    PreviousGeneration = "W3002" "previous-generation";
    OlderVolume = "W3003" "older-volume";
    BurstableSpot = "W3004" "burstable-spot";
    GravitonFits = "W3005" "graviton-fits";
    UnseenMetrics = "W3006" "unseen-metrics";
    PaidIops = "W3007" "paid-iops";
    IdleNat = "W3008" "idle-nat";
    Unused = "W4001" "unused";
    NeedlessOverride = "W4002" "needless-override";
    UnusedAllow = "W4003" "unused-allow";
    MalformedAllow = "W4004" "malformed-allow";
    UnknownLint = "W4005" "unknown-lint";
    EmptyBlock = "W4006" "empty-block";
    EmptyTag = "W4007" "empty-tag";
    Undocumented = "W4008" "undocumented";
    NeedlessInterpolation = "W4009" "needless-interpolation";
    UnusedProcess = "W4010" "unused-process";
}

impl Code {
    /// Errors start with `E`, warnings with `W`.
    #[must_use]
    pub fn severity(self) -> Severity {
        if self.number().starts_with('E') {
            Severity::Error
        } else {
            Severity::Warning
        }
    }

    /// The code with this number (with or without `BEAN-`, in any case) or
    /// this slug.
    #[must_use]
    pub fn find(text: &str) -> Option<Self> {
        let text = text.trim();
        let bare = match text.get(..5) {
            Some(prefix) if prefix.eq_ignore_ascii_case("bean-") => &text[5..],
            _ => text,
        };
        Self::ALL
            .iter()
            .copied()
            .find(|code| code.number().eq_ignore_ascii_case(bare) || code.slug() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_slugs_are_unique_and_sorted() {
        assert!(
            Code::ALL
                .windows(2)
                .all(|pair| pair[0].number() < pair[1].number())
        );
        let mut slugs: Vec<_> = Code::ALL.iter().map(|code| code.slug()).collect();
        slugs.sort_unstable();
        slugs.dedup();
        assert_eq!(slugs.len(), Code::ALL.len());
    }

    #[test]
    fn a_code_is_found_by_number_and_by_slug() {
        assert_eq!(Code::find("bean-e0110"), Some(Code::UnknownProperty));
        assert_eq!(Code::find("unknown-property"), Some(Code::UnknownProperty));
        assert_eq!(Code::find("é-é-é"), None);
    }
}
