module telegraf-dns-anycast/scripts/dashboards

go 1.26.0

require github.com/grafana/grafana-foundation-sdk/go v0.0.22

require go.yaml.in/yaml/v3 v3.0.6
