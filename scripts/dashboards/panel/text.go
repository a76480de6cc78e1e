package panel

import (
	"github.com/grafana/grafana-foundation-sdk/go/text"

	"telegraf-dns-anycast/scripts/dashboards/query"
)

// Words is a text in Markdown that asks nothing; about says what it is.
func Words(id uint32, title, about, markdown string) Panel {
	return text.NewPanelBuilder().Id(id).Title(title).Description(query.Unwrapped(about)).
		Mode(text.TextModeMarkdown).Content(markdown)
}
