package alerts

// The provisioning file, as far as it is used: Grafana's own Go types are not published.
type (
	document struct {
		APIVersion  int          `yaml:"apiVersion"`
		DeleteRules []deleteRule `yaml:"deleteRules"`
		Groups      []groupModel `yaml:"groups"`
	}
	// deleteRule is a rule of an earlier version: Grafana keeps what a file no longer holds.
	deleteRule struct {
		OrgID int    `yaml:"orgId"`
		UID   string `yaml:"uid"`
	}
	groupModel struct {
		OrgID    int         `yaml:"orgId"`
		Name     string      `yaml:"name"`
		Folder   string      `yaml:"folder"`
		Interval string      `yaml:"interval"`
		Rules    []ruleModel `yaml:"rules"`
	}
	ruleModel struct {
		UID          string            `yaml:"uid"`
		Title        string            `yaml:"title"`
		Condition    string            `yaml:"condition"`
		For          string            `yaml:"for"`
		Keep         string            `yaml:"keepFiringFor,omitempty"`
		NoDataState  string            `yaml:"noDataState"`
		ExecErrState string            `yaml:"execErrState"`
		Missing      int               `yaml:"missing_series_evals_to_resolve,omitempty"`
		DashboardUID string            `yaml:"dashboardUid"`
		PanelID      int               `yaml:"panelId"`
		Labels       map[string]string `yaml:"labels"`
		Annotations  map[string]string `yaml:"annotations"`
		Data         []step            `yaml:"data"`
	}
	// step is a query of the data source, or an expression on the steps before it.
	step struct {
		RefID      string    `yaml:"refId"`
		TimeRange  timeRange `yaml:"relativeTimeRange,omitempty,flow"`
		Datasource string    `yaml:"datasourceUid"`
		Model      any       `yaml:"model"` // one of those below
	}
	// timeRange counts seconds back from now.
	timeRange struct {
		From int `yaml:"from"`
		To   int `yaml:"to"`
	}
	influxModel struct {
		RefID        string `yaml:"refId"`
		RawQuery     bool   `yaml:"rawQuery"`
		ResultFormat string `yaml:"resultFormat"`
		Query        string `yaml:"query"`
	}
	reduceModel struct {
		RefID      string            `yaml:"refId"`
		Type       string            `yaml:"type"`
		Expression string            `yaml:"expression"`
		Reducer    string            `yaml:"reducer"`
		Settings   map[string]string `yaml:"settings,flow"`
	}
	mathModel struct {
		RefID      string `yaml:"refId"`
		Type       string `yaml:"type"`
		Expression string `yaml:"expression"`
	}
	thresholdModel struct {
		RefID      string      `yaml:"refId"`
		Type       string      `yaml:"type"`
		Expression string      `yaml:"expression"`
		Conditions []condition `yaml:"conditions"`
	}
	condition struct {
		Evaluator evaluator `yaml:"evaluator,flow"`
	}
	evaluator struct {
		Type   string    `yaml:"type"`
		Params []float64 `yaml:"params"`
	}
)
