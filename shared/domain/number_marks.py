"""How languages write numbers: decimal and group marks by BCP 47 tag, the signs of currencies, the words of scales."""

import unicodedata
from dataclasses import dataclass

DOT, COMMA, SPACE, APOSTROPHE = ".", ",", " ", "'"


@dataclass(frozen=True, slots=True)
class Marks:
    """The decimal mark and the group marks of a locale; `indian` groups by two after the first three digits."""

    decimal: str
    groups: str
    indian: bool = False


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_POINT = Marks(DOT, COMMA)
_INDIAN = Marks(DOT, COMMA, indian=True)
_SWISS = Marks(DOT, APOSTROPHE)
_DOTS = Marks(COMMA, DOT)
_SPACES = Marks(COMMA, SPACE)
_DOTS_OR_SPACES = Marks(COMMA, DOT + SPACE)

LOCALES: dict[str, Marks] = (
    dict.fromkeys(
        _words(
            "en en-US en-GB en-CA en-AU en-NZ en-IE en-SG en-HK he he-IL ja ja-JP ko ko-KR th th-TH zh zh-CN"
            " zh-TW zh-HK es-MX es-US"
        ),
        _POINT,
    )
    | dict.fromkeys(_words("hi hi-IN en-IN"), _INDIAN)
    | dict.fromkeys(_words("de-CH de-LI it-CH"), _SWISS)
    | dict.fromkeys(
        _words(
            "de de-DE de-LU es-AR es-CO es-CL da da-DK el el-GR id id-ID it it-IT nl nl-NL nl-BE pt-BR ro ro-RO"
            " sl sl-SI hr hr-HR tr tr-TR vi vi-VN is is-IS"
        ),
        _DOTS,
    )
    | dict.fromkeys(
        _words(
            "fr fr-FR fr-CA fr-BE fr-LU fr-CH sv sv-SE fi fi-FI nb nb-NO no pl pl-PL cs cs-CZ sk sk-SK hu hu-HU"
            " bg bg-BG et et-EE lt lt-LT lv lv-LV ru ru-RU uk uk-UA"
        ),
        _SPACES,
    )
    | dict.fromkeys(_words("de-AT es es-ES pt pt-PT"), _DOTS_OR_SPACES)
)
_BY_FOLDED = {tag.casefold(): marks for tag, marks in LOCALES.items()}

_DOLLARS = "USD CAD AUD NZD SGD HKD TWD MXN BRL ARS CLP COP JMD GYD MOP BBD BSD BZD FJD LRD NAD TTD XCD"
_SIGNS = {
    "$": _DOLLARS,
    "us$": "USD",
    "ca$": "CAD",
    "c$": "CAD",
    "cad$": "CAD",
    "a$": "AUD",
    "au$": "AUD",
    "nz$": "NZD",
    "s$": "SGD",
    "hk$": "HKD",
    "nt$": "TWD",
    "mx$": "MXN",
    "r$": "BRL",
    "j$": "JMD",
    "gy$": "GYD",
    "mop$": "MOP",
    "€": "EUR",
    "euro": "EUR",
    "£": "GBP EGP",
    "¥": "JPY CNY",
    "￥": "JPY CNY",
    "元": "CNY TWD",
    "円": "JPY",
    "yen": "JPY",
    "₹": "INR",
    "rs": "INR PKR LKR NPR MUR",
    "rs.": "INR PKR LKR NPR MUR",
    "₽": "RUB",
    "руб": "RUB",  # noqa: RUF001 (Russian is written so)
    "руб.": "RUB",  # noqa: RUF001 (Russian is written so)
    "р.": "RUB",  # noqa: RUF001 (Russian is written so)
    "рублей": "RUB",
    "р": "RUB",  # noqa: RUF001 (Russian is written so)
    "грн": "UAH",
    "грн.": "UAH",
    "лв": "BGN",
    "лв.": "BGN",
    "ден": "MKD",
    "kč": "CZK",
    "zł": "PLN",
    "zl": "PLN",
    "ft": "HUF",
    "lei": "RON MDL",
    "kr": "SEK NOK DKK ISK",
    "kr.": "SEK NOK DKK ISK",
    "fr.": "CHF",
    "sfr.": "CHF",
    "tl": "TRY",
    "rp": "IDR",
    "rm": "MYR",
    "gh₵": "GHS",
    "lek": "ALL",
    "dhs": "AED MAD",
    "درهم": "AED MAD",
    "cfa": "XOF XAF",
    "đ": "VND",
    "vnđ": "VND",
    "nis": "ILS",
    "ریال": "IRR",
    "تومان": "",
}
_CODES = frozenset(
    _words(
        "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD"
        " CAD CDF CHF CLP CNH CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP"
        " GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD"
        " KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK"
        " NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD"
        " SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD"
        " XOF XPF YER ZAR ZMW ZWG"
    )
)
_THOUSAND, _MILLION = 1_000, 1_000_000
SCALE_WORDS: dict[str, int] = (
    dict.fromkeys(_words("k t tsd tsd. th thousand thousands tausend"), _THOUSAND)
    | dict.fromkeys(
        _words("m mm mn mn. mio mio. mln mln. mill mill. million millions millionen milionów millones milhões"),
        _MILLION,
    )
    | dict.fromkeys(_words("b bn bn. billion billions mrd mrd. md mld mld. milliard milliards milliarden"), 10**9)
    | dict.fromkeys(_words("lakh lakhs lac l"), 10**5)
    | dict.fromkeys(_words("crore crores cr cr."), 10**7)
    | dict.fromkeys(_words("tn trillion trillions bio"), 10**12)
)


def find_marks(locale: str) -> Marks:
    """The marks of a locale; case does not matter, `_` counts as `-`.

    Raises:
        ValueError: the tag is not among LOCALES.
    """
    marks = _BY_FOLDED.get(locale.strip().replace("_", "-").casefold())
    if marks is None:
        raise ValueError(f"the locale {locale!r} is not known; known are {', '.join(LOCALES)}")
    return marks


def currencies_of(sign: str) -> frozenset[str] | None:
    """The currencies that a sign, a word or a code can mean; an empty set for a rare sign; None when it is none."""
    if sign.upper() in _CODES:
        return frozenset((sign.upper(),))
    if (meant := _SIGNS.get(sign.casefold())) is not None:
        return frozenset(meant.split())
    return frozenset() if len(sign) == 1 and unicodedata.category(sign) == "Sc" else None
