package grafana

import (
	"testing"

	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// SourceFile is the file of the data source, in config.
const SourceFile = "grafana/provisioning/datasources/influxdb.yaml"

// dataSource is what the tests read of the provisioned one.
type dataSource struct {
	UID, Type, URL, User string
	SecureJSONData       struct{ Password string }
	JSONData             struct{ DBName, TimeInterval string }
}

// ReadSource reads SourceFile.
func ReadSource(t *testing.T) dataSource {
	t.Helper()
	var file struct{ Datasources []dataSource }
	stacktest.Decode(t, SourceFile, &file, false)
	if len(file.Datasources) != 1 {
		t.Fatalf("%d data sources", len(file.Datasources))
	}
	return file.Datasources[0]
}
