package observation

import (
	"reflect"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/wire"
)

// TestHold: all but what is known of a target all the same comes back, whatever fields there are.
func TestHold(t *testing.T) {
	var o Observation
	v := reflect.ValueOf(&o).Elem()
	for i := range v.NumField() {
		switch f := v.Field(i); f.Kind() {
		case reflect.String:
			f.SetString("x")
		case reflect.Bool:
			f.SetBool(true)
		case reflect.Uint8:
			f.SetUint(1)
		case reflect.Int8, reflect.Int32, reflect.Int64:
			f.SetInt(int64(i + 1))
		}
	}
	o.Sent, o.Result, o.Family = time.Unix(1700000000, 123456789), RcodeError, IPv6
	reply := NewReply(wire.Answer{TXT: "lhr1", NSID: "lhr1", ServerCookie: "serverA1", Serial: 1}, "hostname.bind")
	o.Reply = &reply
	holder := NewHolder()
	h := holder.Hold(&o)
	got := h.Observation()
	want, wantReply := o, reply
	wantReply.ServerCookie = ""
	want.Server, want.Target, want.Zone, want.Reply = 0, 0, "", &wantReply
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if !h.Sent().Equal(o.Sent) || h.Result() != o.Result {
		t.Errorf("sent %v, result %v", h.Sent(), h.Result())
	}
}

// TestHoldShares: what says the same, but for the cookie, is held once.
func TestHoldShares(t *testing.T) {
	holder := NewHolder()
	hold := func(a wire.Answer) Held {
		reply := NewReply(a, "hostname.bind")
		return holder.Hold(&Observation{Reply: &reply})
	}
	first := hold(wire.Answer{TXT: "lhr1", ServerCookie: "serverA1"})
	silent := holder.Hold(&Observation{})
	other := hold(wire.Answer{TXT: "lhr2"})
	same := hold(wire.Answer{TXT: "lhr1", ServerCookie: "serverA2"})
	if same.Reply != first.Reply || other.Reply == first.Reply || other.Reply.TXT != "lhr2" || silent.Reply != nil {
		t.Errorf("%p, %p and %p of %+v", first.Reply, other.Reply, same.Reply, other.Reply)
	}
}

// TestHoldBounded: what servers make up is held all the same, and takes no more room to be found again.
func TestHoldBounded(t *testing.T) {
	holder := NewHolder()
	for i := range uint32(repliesShared + 100) {
		o := Observation{Reply: &Reply{Answer: wire.Answer{Serial: i}}}
		if h := holder.Hold(&o); h.Reply.Serial != i {
			t.Fatalf("serial %d is held as %d", i, h.Reply.Serial)
		}
	}
	if n := len(holder.replies); n != repliesShared {
		t.Errorf("%d replies are compared with others, want %d", n, repliesShared)
	}
}
