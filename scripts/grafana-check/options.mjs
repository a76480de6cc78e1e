// What is in the model, against Grafana's own types: an option or a value that it does not know is an error.
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

// Panels, as the folder and the file of their types are called.
const types = {
  bargauge: ['bargauge', 'BarGauge'],
  geomap: ['geomap', 'Geomap'],
  heatmap: ['heatmap', 'Heatmap'],
  stat: ['stat', 'Stat'],
  'state-timeline': ['statetimeline', 'StateTimeline'],
  table: ['table', 'Table'],
  text: ['text', 'Text'],
  timeseries: ['timeseries', 'TimeSeries'],
  xychart: ['xychart', 'XYChart'],
}

// The types' enumerations are of strings, which in JSON are plain.
const plain = `
type Plain<T> = T extends string ? \`\${T}\`
  : T extends (infer U)[] ? Plain<U>[]
  : T extends object ? { [K in keyof T]: Plain<T[K]> }
  : T;
`

const schemas = {
  11: 'dist/esm/index.d.mts',
  12: 'dist/types/index.d.ts',
  13: 'dist/types/index.d.ts',
}

const root = path.dirname(fileURLToPath(import.meta.url))

// checkOptions returns what TypeScript says of the dashboards in each generation of Grafana, whose types it reads once.
export function checkOptions(dashboards) {
  const sources = new Map(dashboards.map((d) => [path.join(root, `${d.uid}.ts`), dashboardSource(d)]))
  return Object.keys(schemas).flatMap((version) => compile(version, sources))
}

// What Grafana's InfluxDB data source reads of an annotation; @grafana/schema has it of no data source.
const annotation = `
interface InfluxAnnotation extends DataQuery {
  fromAnnotations: true;
  name: string;
  query: string;
  tagsColumn: string;
  textColumn: string;
  timeEndColumn: string;
  titleColumn: string;
}
`

// And what its Prometheus data source reads: of the annotation, and of the query.
const metricAnnotation = `
interface MetricQuery extends DataQuery {
  expr: string;
  instant: false;
  range: true;
}
type MetricAnnotation = AnnotationQuery<MetricQuery> & {
  tagKeys: string;
  textFormat: string;
  titleFormat: string;
  useValueForTime: boolean;
};
`

// What Grafana's layer of markers reads; to @grafana/schema the options of a layer are unknown.
const markers = `
interface MarkersConfig {
  showLegend: boolean;
  style: {
    color: ColorDimensionConfig;
    opacity: number;
    size: ScaleDimensionConfig;
    symbol: ResourceDimensionConfig;
  };
}
`

// What Grafana's list of alerts reads; @grafana/schema does not have that panel.
const alertList = `
interface AlertList {
  alertInstanceLabelFilter: string;
  alertName: string;
  dashboardAlerts: boolean;
  groupBy: string[];
  groupMode: 'default' | 'custom';
  maxItems: number;
  sortOrder: 1 | 2 | 3 | 4 | 5;
  stateFilter: { error: boolean; firing: boolean; noData: boolean; normal: boolean; pending: boolean };
  viewMode: 'list' | 'stat';
}
`

function dashboardSource(dashboard) {
  const { panels, ...rest } = dashboard
  const annotations = { list: [], ...rest.annotations } // Grafana takes one without a list as well
  delete rest.annotations
  const marks = dashboard.uid.endsWith('-metrics') ? 'MetricAnnotation' : 'AnnotationQuery<InfluxAnnotation>'
  return [
    `import type { AnnotationQuery, Dashboard, DataQuery, FieldConfig, RowPanel } from '@grafana/schema';`,
    `import type { ColorDimensionConfig, ResourceDimensionConfig, ScaleDimensionConfig } from '@grafana/schema';`,
    `type Panel = NonNullable<Dashboard['panels']>[number];`,
    plain,
    annotation,
    metricAnnotation,
    markers,
    alertList,
    constant('dashboard', 'Partial<Dashboard>', rest),
    constant('annotations', `{ list: ${marks}[] }`, annotations),
    ...panels.flatMap(panelSource),
  ].join('\n')
}

const constant = (name, type, value) => `export const ${name}: Plain<${type}> = ${JSON.stringify(value, null, 1)};`

function panelSource(panel) {
  const heading = `// panel ${panel.id}: ${panel.title}`
  if (panel.type === 'row') {
    return [heading, constant(`row${panel.id}`, 'RowPanel', panel)]
  }
  if (panel.type === 'alertlist') {
    const { options, ...rest } = panel
    return [
      heading,
      constant(`panel${panel.id}`, 'Partial<Panel>', rest),
      constant(`options${panel.id}`, 'AlertList', options),
    ]
  }
  const [folder, name] = types[panel.type]
  const own = `import('generation/dist/esm/raw/composable/${folder}/panelcfg/x/${name}PanelCfg_types.gen')`
  const { options, fieldConfig = { defaults: {}, overrides: [] }, targets, ...rest } = panel // a text has no fields
  const { custom, ...defaults } = fieldConfig.defaults
  const lines = [
    heading,
    constant(`panel${panel.id}`, 'Partial<Panel>', rest),
    constant(`options${panel.id}`, `${own}.Options`, options),
    constant(`defaults${panel.id}`, 'FieldConfig', defaults),
  ]
  if (custom) {
    lines.push(constant(`custom${panel.id}`, `Partial<${own}.FieldConfig>`, custom))
  }
  options.layers?.forEach((layer, i) => {
    lines.push(constant(`layer${panel.id}_${i}`, layer.type === 'markers' ? 'MarkersConfig' : 'never', layer.config))
  })
  fieldConfig.overrides.forEach((override, i) => {
    const [panels, common] = split(override.properties)
    lines.push(constant(`common${panel.id}_${i}`, 'Partial<FieldConfig>', common))
    if (Object.keys(panels).length > 0) {
      lines.push(constant(`own${panel.id}_${i}`, `Partial<${own}.FieldConfig>`, panels))
    }
  })
  return lines
}

// split parts the properties of an override that are a panel's own from those that all have.
function split(properties) {
  const own = {}
  const common = {}
  for (const { id, value } of properties) {
    if (id.startsWith('custom.')) {
      own[id.slice('custom.'.length)] = value
    } else {
      common[id] = value
    }
  }
  return [own, common]
}

// libraries are TypeScript's own declarations, the same for each generation.
const libraries = new Map()

function compile(version, sources) {
  const options = {
    noEmit: true,
    strict: true,
    skipLibCheck: true,
    types: [],
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    baseUrl: root,
    paths: {
      '@grafana/schema': [`node_modules/@grafana/schema-${version}/${schemas[version]}`],
      'generation/*': [`node_modules/@grafana/schema-${version}/*`],
    },
  }
  const host = ts.createCompilerHost(options)
  const { readFile, fileExists } = host
  host.readFile = (name) => sources.get(path.resolve(name)) ?? readFile(name)
  host.fileExists = (name) => sources.has(path.resolve(name)) || fileExists(name)
  host.getSourceFile = (name, languageVersion) => {
    if (libraries.has(name)) {
      return libraries.get(name)
    }
    const text = host.readFile(name)
    const file = text === undefined ? undefined : ts.createSourceFile(name, text, languageVersion)
    if (path.dirname(name) === host.getDefaultLibLocation()) {
      libraries.set(name, file)
    }
    return file
  }
  const program = ts.createProgram([...sources.keys()], options, host)
  return ts.getPreEmitDiagnostics(program).map((d) => describe(version, d))
}

// describe says which dashboard, generation, panel and line a diagnostic is about.
function describe(version, { messageText, file, start }) {
  const text = ts.flattenDiagnosticMessageText(messageText, ' ')
  if (!file) {
    return `Grafana ${version}: ${text}`
  }
  const before = file.text.slice(0, start)
  const panel = before.lastIndexOf('// panel ')
  const where = panel < 0 ? 'dashboard' : before.slice(panel + 3).split('\n', 1)[0]
  const line = file.text.slice(before.lastIndexOf('\n') + 1).split('\n', 1)[0].trim()
  return `${path.basename(file.fileName, '.ts')}: Grafana ${version}: ${where}: ${line}: ${text}`
}
