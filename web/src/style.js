// Colors of a picture. Families by Okabe and Ito's palette, which the color-blind tell apart.
const FAMILIES = {
  convolution: "#0072b2",
  normalization: "#cc79a7",
  activation: "#e69f00",
  pooling: "#009e73",
  merging: "#d55e00",
  reshaping: "#56b4e9",
  other: "#7a7f87",
};

const HEAT = "#d55e00";
export const STEPS = 7;

const THEMES = {
  light: { page: "#ffffff", card: "#ffffff", ink: "#1b1f24", soft: "#57606a", line: "#8b949e", tint: 0.13, edge: 0.75, heat: 0.72, frame: "#f6f7f9" },
  dark: { page: "#14161a", card: "#1d2026", ink: "#e8eaed", soft: "#b4bbc4", line: "#717985", tint: 0.26, edge: 0.8, heat: 0.62, frame: "#1a1d22" },
};

const CHANGES = { added: "#009e73", removed: "#d55e00", changed: "#e69f00", moved: "#56b4e9" };

export const FAMILY_NAMES = Object.keys(FAMILIES);

const SANS = '"Helvetica Neue", Helvetica, Arial, "Liberation Sans", "DejaVu Sans", sans-serif';
const MONO = 'Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace';

const FORM = `
.bold,.plain,.small,.symbol,.badge-sign{font-family:${SANS};font-size:13px}
.bold{font-weight:700}
.small{font-size:11px}
.count{text-anchor:end}
.mono,.label{font-family:${MONO};font-size:11px;font-variant-numeric:tabular-nums}
.symbol{font-size:17px;text-anchor:middle}
.badge-sign{font-size:12px;font-weight:700;text-anchor:middle}
.edge{fill:none;stroke-width:1.4}
.mark{fill:none;stroke-width:1.6;stroke-linecap:round;stroke-linejoin:round}
.rule{stroke-width:1}
.box,.behind{stroke-width:1.2}
.training>.box,.edge.training{stroke-dasharray:5 4}
.change-removed>.box,.edge.change-removed{stroke-dasharray:3 3}
.change-added>.box,.change-removed>.box,.change-changed>.box,.change-moved>.box{stroke-width:2.6}
.edge.change-added{stroke-width:2}
`;

/** Style rules of a theme, with its colors written out: they hold in a file too. */
export function themeStyle(name) {
  const theme = THEMES[name];
  const rules = [
    `.page{fill:${theme.page}}`,
    `text{fill:${theme.ink}}`,
    `.plain,.mono,.label{fill:${theme.soft}}`,
    `.small{fill:${theme.ink}}`,
    `.edge,.mark{stroke:${theme.line}}`,
    `.arrow{fill:${theme.line}}`,
    `.box,.behind{fill:${theme.card};stroke:${theme.line}}`,
    `.open>.box{fill:${theme.frame}}`,
    `.rule{stroke:${mix(theme.line, theme.page, 0.4)}}`,
    `.terminal>.box,.tag>.box{fill:${theme.page};stroke:${theme.ink}}`,
  ];
  for (const [family, hue] of Object.entries(FAMILIES)) {
    const fill = mix(hue, theme.card, theme.tint);
    rules.push(`.hue-${family}>.box{fill:${fill};stroke:${mix(hue, theme.card, theme.edge)}}`);
    rules.push(`.key-${family}{background:${fill};border-color:${mix(hue, theme.card, theme.edge)}}`);
  }
  for (let step = 0; step <= STEPS; step++) {
    const fill = mix(HEAT, theme.card, (theme.heat * step) / STEPS);
    rules.push(`.heat-${step}>.box,.heat-${step}>.behind{fill:${fill}}`, `.key-heat-${step}{background:${fill}}`);
    rules.push(`.heat-${step}>.plain{fill:${theme.ink}}`);
  }
  for (const [change, hue] of Object.entries(CHANGES)) {
    rules.push(`.change-${change}>.box,.edge.change-${change}{stroke:${hue}}`);
    rules.push(`.change-${change}>.badge{fill:${hue}}`, `.key-${change}{background:${hue};border-color:${hue}}`);
  }
  rules.push(`.change-inside>.badge{fill:${CHANGES.changed}}`);
  rules.push(`.change-removed>.box{fill:${theme.page}}`, `.change-removed>.bold{fill:${theme.soft}}`);
  rules.push(`.badge-sign{fill:#14161a}`);
  return rules.join("\n");
}

/** Both themes, as the system has them. */
export function pictureStyle() {
  const dark = `@media screen and (prefers-color-scheme: dark){${themeStyle("dark")}}`;
  return [FORM, themeStyle("light"), dark].join("\n");
}

/** One theme, for a file that is turned into pixels. */
export function plainStyle(name = "light") {
  return FORM + themeStyle(name);
}

function mix(over, under, share) {
  const part = (color, index) => parseInt(color.slice(1 + 2 * index, 3 + 2 * index), 16);
  const channel = (index) => Math.round(part(over, index) * share + part(under, index) * (1 - share));
  return `#${[0, 1, 2].map((index) => channel(index).toString(16).padStart(2, "0")).join("")}`;
}
