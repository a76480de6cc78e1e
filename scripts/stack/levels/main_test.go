package levels

import (
	"testing"

	"telegraf-dns-anycast/scripts/stack/stacktest"
)

func TestMain(m *testing.M) { stacktest.Main(m) }
