"""Small closed tables that everybody knows: states, countries, months, days of the week, directions."""

STATES = """
Alabama|AL Alaska|AK Arizona|AZ Arkansas|AR California|CA Colorado|CO Connecticut|CT Delaware|DE Florida|FL Georgia|GA
Hawaii|HI Idaho|ID Illinois|IL Indiana|IN Iowa|IA Kansas|KS Kentucky|KY Louisiana|LA Maine|ME Maryland|MD
Massachusetts|MA Michigan|MI Minnesota|MN Mississippi|MS Missouri|MO Montana|MT Nebraska|NE Nevada|NV New_Hampshire|NH
New_Jersey|NJ New_Mexico|NM New_York|NY North_Carolina|NC North_Dakota|ND Ohio|OH Oklahoma|OK Oregon|OR Pennsylvania|PA
Rhode_Island|RI South_Carolina|SC South_Dakota|SD Tennessee|TN Texas|TX Utah|UT Vermont|VT Virginia|VA Washington|WA
West_Virginia|WV Wisconsin|WI Wyoming|WY District_of_Columbia|DC Puerto_Rico|PR
"""

PROVINCES = """
Alberta|AB British_Columbia|BC Manitoba|MB New_Brunswick|NB Newfoundland_and_Labrador|NL Nova_Scotia|NS Ontario|ON
Prince_Edward_Island|PE Quebec|QC Saskatchewan|SK Northwest_Territories|NT Nunavut|NU Yukon|YT
"""

COUNTRIES = """
Afghanistan|AF|AFG Albania|AL|ALB Algeria|DZ|DZA Andorra|AD|AND Angola|AO|AGO Argentina|AR|ARG Armenia|AM|ARM
Australia|AU|AUS Austria|AT|AUT Azerbaijan|AZ|AZE Bahamas|BS|BHS Bahrain|BH|BHR Bangladesh|BD|BGD Barbados|BB|BRB
Belarus|BY|BLR Belgium|BE|BEL Belize|BZ|BLZ Benin|BJ|BEN Bhutan|BT|BTN Bolivia|BO|BOL Bosnia_and_Herzegovina|BA|BIH
Botswana|BW|BWA Brazil|BR|BRA Brunei|BN|BRN Bulgaria|BG|BGR Burkina_Faso|BF|BFA Burundi|BI|BDI Cambodia|KH|KHM
Cameroon|CM|CMR Canada|CA|CAN Cape_Verde|CV|CPV Central_African_Republic|CF|CAF Chad|TD|TCD Chile|CL|CHL China|CN|CHN
Colombia|CO|COL Comoros|KM|COM Congo|CG|COG Costa_Rica|CR|CRI Croatia|HR|HRV Cuba|CU|CUB Cyprus|CY|CYP
Czech_Republic|CZ|CZE Denmark|DK|DNK Djibouti|DJ|DJI Dominica|DM|DMA Dominican_Republic|DO|DOM Ecuador|EC|ECU
Egypt|EG|EGY El_Salvador|SV|SLV Equatorial_Guinea|GQ|GNQ Eritrea|ER|ERI Estonia|EE|EST Eswatini|SZ|SWZ Ethiopia|ET|ETH
Fiji|FJ|FJI Finland|FI|FIN France|FR|FRA Gabon|GA|GAB Gambia|GM|GMB Georgia|GE|GEO Germany|DE|DEU Ghana|GH|GHA
Greece|GR|GRC Grenada|GD|GRD Guatemala|GT|GTM Guinea|GN|GIN Guinea-Bissau|GW|GNB Guyana|GY|GUY Haiti|HT|HTI
Honduras|HN|HND Hong_Kong|HK|HKG Hungary|HU|HUN Iceland|IS|ISL India|IN|IND Indonesia|ID|IDN Iran|IR|IRN Iraq|IQ|IRQ
Ireland|IE|IRL Israel|IL|ISR Italy|IT|ITA Jamaica|JM|JAM Japan|JP|JPN Jordan|JO|JOR Kazakhstan|KZ|KAZ Kenya|KE|KEN
Kiribati|KI|KIR Kosovo|XK|XKX Kuwait|KW|KWT Kyrgyzstan|KG|KGZ Laos|LA|LAO Latvia|LV|LVA Lebanon|LB|LBN Lesotho|LS|LSO
Liberia|LR|LBR Libya|LY|LBY Liechtenstein|LI|LIE Lithuania|LT|LTU Luxembourg|LU|LUX Macau|MO|MAC Madagascar|MG|MDG
Malawi|MW|MWI Malaysia|MY|MYS Maldives|MV|MDV Mali|ML|MLI Malta|MT|MLT Marshall_Islands|MH|MHL Mauritania|MR|MRT
Mauritius|MU|MUS Mexico|MX|MEX Micronesia|FM|FSM Moldova|MD|MDA Monaco|MC|MCO Mongolia|MN|MNG Montenegro|ME|MNE
Morocco|MA|MAR Mozambique|MZ|MOZ Myanmar|MM|MMR Namibia|NA|NAM Nauru|NR|NRU Nepal|NP|NPL Netherlands|NL|NLD
New_Zealand|NZ|NZL Nicaragua|NI|NIC Niger|NE|NER Nigeria|NG|NGA North_Korea|KP|PRK North_Macedonia|MK|MKD Norway|NO|NOR
Oman|OM|OMN Pakistan|PK|PAK Palau|PW|PLW Palestine|PS|PSE Panama|PA|PAN Papua_New_Guinea|PG|PNG Paraguay|PY|PRY
Peru|PE|PER Philippines|PH|PHL Poland|PL|POL Portugal|PT|PRT Puerto_Rico|PR|PRI Qatar|QA|QAT Romania|RO|ROU
Russia|RU|RUS Rwanda|RW|RWA Saint_Lucia|LC|LCA Samoa|WS|WSM San_Marino|SM|SMR Saudi_Arabia|SA|SAU Senegal|SN|SEN
Serbia|RS|SRB Seychelles|SC|SYC Sierra_Leone|SL|SLE Singapore|SG|SGP Slovakia|SK|SVK Slovenia|SI|SVN
Solomon_Islands|SB|SLB Somalia|SO|SOM South_Africa|ZA|ZAF South_Korea|KR|KOR South_Sudan|SS|SSD Spain|ES|ESP
Sri_Lanka|LK|LKA Sudan|SD|SDN Suriname|SR|SUR Sweden|SE|SWE Switzerland|CH|CHE Syria|SY|SYR Taiwan|TW|TWN
Tajikistan|TJ|TJK Tanzania|TZ|TZA Thailand|TH|THA Togo|TG|TGO Tonga|TO|TON Trinidad_and_Tobago|TT|TTO Tunisia|TN|TUN
Turkey|TR|TUR Turkmenistan|TM|TKM Tuvalu|TV|TUV Uganda|UG|UGA Ukraine|UA|UKR United_Arab_Emirates|AE|ARE
United_Kingdom|GB|GBR United_States|US|USA Uruguay|UY|URY Uzbekistan|UZ|UZB Vanuatu|VU|VUT Vatican_City|VA|VAT
Venezuela|VE|VEN Vietnam|VN|VNM Yemen|YE|YEM Zambia|ZM|ZMB Zimbabwe|ZW|ZWE
"""

MONTHS = """
January|Jan|1|01 February|Feb|2|02 March|Mar|3|03 April|Apr|4|04 May|May|5|05 June|Jun|6|06 July|Jul|7|07
August|Aug|8|08 September|Sep|9|09 October|Oct|10|10 November|Nov|11|11 December|Dec|12|12
"""

DAYS = """
Monday|Mon|Mo|1 Tuesday|Tue|Tu|2 Wednesday|Wed|We|3 Thursday|Thu|Th|4 Friday|Fri|Fr|5 Saturday|Sat|Sa|6 Sunday|Sun|Su|7
"""

DIRECTIONS = "North|N South|S East|E West|W Northeast|NE Northwest|NW Southeast|SE Southwest|SW"

CURRENCIES = """
USD|$|US_Dollar EUR|€|Euro GBP|£|British_Pound JPY|¥|Japanese_Yen CHF|CHF|Swiss_Franc INR|₹|Indian_Rupee
KRW|₩|South_Korean_Won CNY|CN¥|Chinese_Yuan RUB|₽|Russian_Ruble TRY|₺|Turkish_Lira BRL|R$|Brazilian_Real
CAD|CA$|Canadian_Dollar AUD|A$|Australian_Dollar PLN|zł|Polish_Zloty ILS|₪|Israeli_Shekel SEK|kr|Swedish_Krona
"""

OTHER_NAMES = {
    "USA": "United States",
    "U.S.": "United States",
    "United States of America": "United States",
    "UK": "United Kingdom",
    "Great Britain": "United Kingdom",
    "Czechia": "Czech Republic",
    "Holland": "Netherlands",
    "Russian Federation": "Russia",
    "Viet Nam": "Vietnam",
    "UAE": "United Arab Emirates",
}
"""Names of countries that are written as well, and the names under which they stand in the table."""

COLUMNS: dict[str, tuple[str, ...]] = {
    "state": ("name", "code"),
    "province": ("name", "code"),
    "country": ("name", "two letters", "three letters"),
    "month": ("name", "short name", "number", "two digits"),
    "day": ("name", "short name", "two letters", "number"),
    "direction": ("name", "letters"),
    "currency": ("code", "sign", "name"),
}
TEXTS = {
    "state": STATES,
    "province": PROVINCES,
    "country": COUNTRIES,
    "month": MONTHS,
    "day": DAYS,
    "direction": DIRECTIONS,
    "currency": CURRENCIES,
}
TABLES: dict[str, list[tuple[str, ...]]] = {
    kind: [tuple(cell.replace("_", " ") for cell in row.split("|")) for row in text.split()]
    for kind, text in TEXTS.items()
}
"""The rows of each table, in the order of COLUMNS."""
