// opened is a dashboard with the panels of its collapsed rows behind them, so that each is looked at as any other.
export function opened(dashboard) {
  const panels = dashboard.panels.flatMap((panel) => [{ ...panel, ...(panel.panels && { panels: [] }) }, ...(panel.panels ?? [])])
  return { ...dashboard, panels }
}
