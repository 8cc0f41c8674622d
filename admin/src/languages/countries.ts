/** The European Economic Area, the United Kingdom and Switzerland, by ISO 3166-1; Bulgaria and its neighbours in use first. */
export const countryCodes =
  'BG RO GR AT BE CH CY CZ DE DK EE ES FI FR GB HR HU IE IS IT LI LT LU LV MT NL NO PL PT SE SI SK'.split(' ');
