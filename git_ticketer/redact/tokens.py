"""The tokens and keys that issuers mark as theirs: a prefix, and how many characters follow.

Shapes as they were generally known in autumn 2026, from issuers' own pages and the tables of
secret scanners; lengths are lower bounds, since issuers change them. The parts of an example are
put together here, so that no scanner takes this file for a leak.
"""

from git_ticketer.redact.shape import BODY, HEX, HEXADECIMAL, NAME, WORD, Rule, alone, issued

B64 = BODY * 10
GITLAB_KINDS = ("pat", "ptt", "cbt", "dt", "rt", "rtr", "ft", "ffct", "imt", "oas", "wt", "soat")
JOSE = "hbGci|0eXAi|raWQi|lbmMi|jdHki|4NX[QR]|4NWMi|qa3Ui|qd2si|6aXAi|jcml0"
"""The first name in the header of a JWT in Base64: alg, typ, kid and so on."""

ENCODED_KEYS = " ".join(
    "LS0tLS1CRUdJTiB" + kind
    for kind in ("QUklW", "SU0Eg", "FQyBQ", "PUEVO", "FTkNS", "EU0Eg", "QR1AgUFJJV")
)

CLOUDS = (
    Rule(
        "aws-access-key",
        ("akia", "asia", "abia", "acca"),
        r"(?:AKIA|ASIA|ABIA|ACCA)"
        rf"(?:(?<![{WORD}]....)|(?=[A-Z]{{0,15}}[0-9]))[A-Z0-9]{{16}}(?![{WORD}])",
        "AKIA" + "Z7Y2" * 4,
    ),
    Rule(
        "aws-secret-key",
        ("secret", "akia", "asia"),
        rf"(?:[Ss](?i:ecret[_ ]?(?:access[_ ]?)?key)[\"'\s:=>,]{{1,8}}|(?:AKIA|ASIA)[A-Z0-9]{{16}}"
        rf"(?:[^{WORD}/+]| / ){{1,20}})(?![0-9a-f]{{40}})([{WORD}/+]{{40}})(?![{WORD}/+=])",
        "aws_secret_access_" + "key = " + "aB3/dE6+gH" * 4,
    ),
    issued("aws-bedrock-key", "ABSK bedrock-api-key-", 60, f"{WORD}+/=", glued=False),
    Rule("google-api-key", ("aiza",), f"AIza[{NAME}]{{35,}}+", "AIza" + "A1b2C" * 7),
    issued("google-oauth", "GOCSPX- ya29.", 24, NAME),
    issued("google-oauth", "1//0", 24, NAME, glued=False),
    Rule(
        "azure-key",
        ("accountkey=", "sharedaccesskey=", "sharedsecret="),
        f"(?:[Aa](?i:ccountKey)|[Ss](?i:hared(?:AccessKey|Secret)))=([{WORD}+/]{{40,}}+={{0,2}})",
        "DefaultEndpointsProtocol=https;AccountName=a;Account" + "Key=" + "A1b2" * 21 + "A1==",
    ),
    Rule(
        "azure-sas",
        ("sig=",),
        rf"sig=(?<![{WORD}_]sig=)((?:[{WORD}+/_-]|%[0-9A-Fa-f]{{2}}){{40,}}+=?)",
        "?sv=2024-11-04&se=2026-11-22&sig=" + "A1b2C3d4%2F" * 5 + "%3D",
    ),
    Rule(
        "azure-client-secret",
        ("q~",),
        rf"[{WORD}_~.-]{{3}}[0-9]Q~[{WORD}_~.-]{{31,}}+",
        "A1b8" + "Q~" + B64[:34],
    ),
    Rule(
        "azure-service-key",
        ("azdo", "jqqj99"),
        alone(f"(?:[{WORD}]{{76}}AZDO[{WORD}]{{4}}|[{WORD}]{{52}}JQQJ99[{WORD}]{{26}})"),
        B64[:52] + "JQQJ" + "99" + B64[:26],
    ),
    Rule(
        "cloudflare-key",
        ("v1.0-", "cfut_", "cfat_", "cfk_"),
        rf"(?:v1\.0-[{HEX}]{{24}}-[{HEX}]{{100,}}+|cf(?:ut|at|k)_[{WORD}]{{40,}}+)",
        "v1.0-" + HEXADECIMAL[:8] * 3 + "-" + HEXADECIMAL * 9,
    ),
    issued("alibaba-key", "LTAI5t", 18),
    issued("databricks-token", "dapi", 32, HEX, glued=False),
    issued("digitalocean-token", "dop_v1_ doo_v1_ dor_v1_", 64, HEX),
    issued("flyio-token", "fo1_ fm1r_ fm1a_ fm2_", 40, f"{WORD}_+/=,-"),
    issued("heroku-key", "HRKU-AA", 40, NAME),
    issued("netlify-token", "nfp_ nfc_ nfo_", 36),
    issued("openshift-token", "sha256~", 43, NAME),
    issued("planetscale-token", "pscale_tkn_ pscale_oauth_ pscale_pw_", 32, f"{NAME}.="),
    issued("pulumi-token", "pul-", 40, HEX, glued=False),
    Rule(
        "terraform-token",
        (".atlasv1.",),
        rf"[{WORD}]{{14}}\.atlasv1\.[{NAME}=]{{50,}}+",
        B64[:14] + ".atlas" + "v1." + B64[:67],
    ),
    issued("vault-token", "hvs. hvb. hvr.", 24, NAME),
    issued("vercel-token", "vcp_ vci_ vca_ vcr_ vck_ vercel_blob_rw_", 24, f"{WORD}_"),
)

CODE_HOSTS = (
    Rule(
        "github-token",
        ("ghp_", "gho_", "ghu_", "ghs_", "ghr_"),
        f"gh[pousr]_[{WORD}_]{{36,}}+",
        "ghp_" + "A1b2" * 9,
    ),
    Rule(
        "github-fine-grained-token",
        ("github_pat_",),
        f"github_pat_[{WORD}_]{{30,}}+",
        "github_pat_" + "A1b2C3d4" * 10,
    ),
    Rule(
        "gitlab-token",
        (*(f"gl{kind}-" for kind in GITLAB_KINDS), "gr1348941"),
        rf"(?:gl(?:{'|'.join(GITLAB_KINDS)})-|GR1348941)"
        rf"[{NAME}]{{20,}}+(?:\.[a-z0-9]{{2,12}}+){{0,2}}+",
        "glpat-" + "A1b2C" * 4,
    ),
    issued("atlassian-token", "ATATT3 ATCTT3", 28, f"{NAME}="),
    issued("atlassian-token", "ATBB", 28, f"{NAME}=", glued=False),
    issued("buildkite-token", "bkua_", 40, HEX),
    issued("circleci-token", "CCIPAT_ CCIPRJ_", 40, f"{WORD}_"),
    issued("clojars-token", "CLOJARS_", 60, "a-z0-9"),
    issued("crates-io-token", "cio", 32, glued=False),
    issued("docker-token", "dckr_pat_ dckr_oat_", 24, NAME),
    issued("jfrog-key", "AKCp cmVmdGtuO", 50, glued=False),
    issued("npm-token", "npm_", 36),
    issued("nuget-key", "oy2", 43, "a-z0-9", glued=False),
    issued("pypi-token", "pypi-AgE", 50, NAME),
    issued("rubygems-key", "rubygems_", 48, HEX),
    issued("sourcegraph-token", "sgp_", 40, "A-Fa-f0-9_"),
)

MODELS = (
    Rule(
        "anthropic-key",
        ("sk-ant-",),
        f"sk-ant-[a-z]{{2,8}}[0-9]{{2}}-[{NAME}]{{20,}}+",
        "sk-ant-" + "api03-" + "A1b2_C3d4-" * 9,
    ),
    Rule(
        "openai-key",
        ("sk-",),
        rf"sk-(?:(?:proj|svcacct|admin|or-v1|lf)-[{NAME}]{{20,}}+"
        rf"|(?<![{WORD}]sk-)(?=[A-Za-z]{{0,60}}[0-9])[{WORD}]{{32,}}+)",
        "sk-" + "proj-" + "A1b2_C3d4-" * 9,
    ),
    issued("elevenlabs-key", "sk_", 48, HEX, glued=False),
    issued("groq-key", "gsk_", 40),
    issued("hugging-face-token", "hf_ api_org_", 34),
    issued("langsmith-key", "lsv2_pt_ lsv2_sk_", 32, f"{WORD}_"),
    issued("nvidia-key", "nvapi-", 40, NAME),
    issued("perplexity-key", "pplx-", 40),
    issued("pinecone-key", "pcsk_", 40, f"{WORD}_"),
    issued("replicate-token", "r8_", 37),
    issued("tavily-key", "tvly-", 28, NAME),
    issued("xai-key", "xai-", 60),
)

MESSAGES = (
    issued("brevo-key", "xkeysib- xsmtpsib-", 60, NAME),
    Rule(
        "discord-token",
        ("discord", "bot"),
        rf"(?:[Dd](?i:iscord)|[Bb](?i:ot))[^\n]{{0,40}}?(?<![{NAME}.])"
        rf"([MNO][{NAME}]{{23,27}}\.[{NAME}]{{6,7}}\.[{NAME}]{{27,}}+)",
        "the bot has MTA" + B64[:23] + ".G" + "a1B2c." + B64[:38],
    ),
    Rule(
        "discord-webhook",
        ("discord.com/api", "discordapp.com/api"),
        rf"discord(?:app)?\.com/api/(?:v[0-9]{{1,2}}/)?webhooks/([0-9]{{15,22}}/[{NAME}]{{50,}}+)",
        "https://discord.com/api/webhooks/" + "123456789012345678/" + B64[:68],
    ),
    Rule(
        "mailchimp-key",
        tuple(f"-us{digit}" for digit in "123456789"),
        f"(?<![{WORD}])[{HEX}]{{32}}-us[0-9]{{1,2}}(?![{WORD}])",
        HEXADECIMAL * 2 + "-us" + "14",
    ),
    Rule(
        "mailgun-key",
        ("key-",),
        f"key-(?<![{NAME}]key-)[{HEX}]{{32}}(?![{WORD}])",
        "key-" + HEXADECIMAL * 2,
    ),
    Rule(
        "resend-key",
        ("re_",),
        rf"re_(?<![{WORD}_]re_)[{WORD}]{{8}}_[{WORD}]{{20,}}+",
        "re_" + "A1b2C3d4_" + B64[:24],
    ),
    Rule(
        "sendgrid-key",
        ("sg.",),
        rf"SG\.(?:(?<![{WORD}]SG\.)[{NAME}]{{16,40}}\.[{NAME}]{{32,}}+"
        rf"|[{NAME}]{{22}}\.[{NAME}]{{43}}(?![{NAME}]))",
        "SG." + "A1b2C3d4e5f" * 2 + "." + "A1b2C3d4e5" * 4 + "xyz",
    ),
    Rule(
        "slack-token",
        (*(f"xox{letter}" for letter in "abceoprs"), "xapp-"),
        "(?:xox[a-z](?:[.]xox[a-z])?|xapp)-[0-9][A-Za-z0-9-]{15,}+",
        "xoxb-" + "1234567890-" * 2 + "A1b2C3d4" * 3,
    ),
    Rule(
        "slack-webhook",
        ("hooks.slack.com",),
        r"hooks\.slack\.com/(?:services|workflows|triggers)/([A-Za-z0-9/_-]{20,}+)",
        "https://hooks.slack.com/services/" + "T1A2B3C4D/B1A2B3C4D/" + "A1b2C3d4" * 3,
    ),
    Rule(
        "teams-webhook",
        ("webhook.office.com/",),
        rf"webhook\.office\.com/webhookb?2?/([{NAME}@/]{{36,}}+)",
        "https://acme.webhook.office.com/webhookb2/" + HEXADECIMAL * 3 + "@1/IncomingWebhook/2",
    ),
    Rule(
        "telegram-token",
        (":aa",),
        rf"(?<![0-9])[0-9]{{8,10}}:AA[{NAME}]{{32,}}+",
        "1234567890" + ":AA" + "H" + B64[:32],
    ),
    Rule(
        "twilio-key",
        tuple(f"sk{digit}" for digit in "0123456789abcdef"),
        f"SK(?<![A-Z]SK)[0-9a-f]{{32}}(?![{WORD}])",
        "SK" + "0a1b2c3d" * 4,
    ),
)

SERVICES = (
    Rule(
        "stripe-key",
        ("sk_live", "sk_test", "sk_prod", "sk_org", "rk_live", "rk_test", "rk_prod", "whsec_"),
        f"(?:[sr]k_(?:org_)?(?:live|test|prod)_[{WORD}]{{16,}}+|whsec_[{WORD}+/=]{{32,}}+)",
        "sk_" + "live_" + "A1b2" * 6,
    ),
    Rule(
        "supabase-key",
        ("sb_secret_", "sbp_"),
        f"(?:sb_secret_[A-Za-z0-9_-]{{20,}}+|sbp_[{WORD}_]{{40,}}+)",
        "sb_" + "secret_" + "A1b2C3d4" * 4,
    ),
    Rule(
        "airtable-token",
        ("pat",),
        rf"pat[{WORD}]{{14}}\.[{HEX}]{{64}}",
        "pat" + B64[:14] + "." + HEXADECIMAL * 4,
    ),
    Rule(
        "doppler-token",
        ("dp.pt.", "dp.st.", "dp.ct.", "dp.sa.", "dp.scim.", "dp.audit."),
        rf"dp\.(?:pt|ct|sa|scim|audit|st(?:\.[a-z0-9_-]{{2,35}})?)\.[{WORD}]{{40,}}+",
        "dp." + "pt." + B64[:43],
    ),
    Rule(
        "age-key",
        ("age-secret-key-1",),
        "AGE-SECRET-KEY-1[A-Z0-9]{58,}+",
        "AGE-SECRET-" + "KEY-1" + "QPZRY9X8" * 7 + "GF",
    ),
    Rule(
        "new-relic-key",
        ("nrak-", "nrii-", "nrra-"),
        f"NR(?:AK|II|RA)-[{NAME}]{{27,}}+",
        "NRAK-" + "A1B2C3D4E5F" * 2 + "G6H7I",
    ),
    Rule(
        "jwt",
        ("eyj",),
        rf"eyJ(?:(?<![{NAME}]eyJ)[{NAME}]{{8,}}+|(?:{JOSE})[{NAME}]{{3,400}}+)"
        rf"\.eyJ[{NAME}]{{8,}}+\.[{NAME}]{{8,}}+",
        "eyJ" + "hbGciOiJI" * 3 + ".eyJ" + "zdWIiOiIx" * 5 + "." + "A1b2C3d4" * 5,
    ),
    issued("encoded-private-key", ENCODED_KEYS, 40, f"{WORD}+/="),
    issued("figma-token", "figd_ figu_", 36, NAME),
    issued("grafana-token", "glsa_ glc_ eyJrIjoi", 32, f"{WORD}_+/="),
    issued("hubspot-token", "pat-na1- pat-na2- pat-eu1-", 36, f"{HEX}A-F-"),
    issued("launchdarkly-key", "sdk-", 36, f"{HEX}-", glued=False),
    issued("linear-key", "lin_api_ lin_oauth_", 32),
    issued("mapbox-token", "sk.eyJ", 60, f"{NAME}."),
    issued("neon-key", "napi_", 40),
    issued("notion-token", "ntn_ secret_", 40, glued=False),
    issued("onepassword-token", "ops_eyJ", 60, f"{NAME}="),
    issued("plaid-token", "access-sandbox- access-development- access-production-", 36, f"{HEX}-"),
    issued("posthog-key", "phx_", 40),
    issued("postman-key", "PMAK-", 50, f"{HEX}-"),
    issued("render-key", "rnd_", 24, glued=False),
    issued("sentry-token", "sntrys_ sntryu_", 48, f"{WORD}+/=_"),
    issued("shopify-token", "shpat_ shpca_ shppa_ shpss_ shptka_", 32, "0-9A-Fa-f"),
    issued("square-token", "sq0atp- sq0csp-", 22, NAME),
    Rule(
        "square-access-token",
        ("eaaa",),
        f"EAAA(?<![{WORD}+/]EAAA)(?!A)[{NAME}]{{60,}}+",
        "EAAA" + B64[8:70],
    ),
    issued("tailscale-key", "tskey-", 24, NAME),
    issued("typeform-token", "tfp_", 40, NAME),
    issued("wandb-key", "wandb_v1_", 40, f"{WORD}_"),
)

TOKENS = CLOUDS + CODE_HOSTS + MODELS + MESSAGES + SERVICES
