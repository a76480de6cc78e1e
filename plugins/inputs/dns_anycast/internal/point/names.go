package point

// Measurements.
const (
	MeasurementQuery    = "dns_anycast"          // one point a query for the identity
	MeasurementZone     = "dns_anycast_soa"      // one a query for a zone
	MeasurementSerial   = "dns_anycast_serial"   // one a new serial that a target has, or misses
	MeasurementChange   = "dns_anycast_change"   // one a change of the site that answers a target
	MeasurementCloud    = "dns_anycast_cloud"    // one a cloud and round
	MeasurementPath     = "dns_anycast_path"     // one a traced path to a target
	MeasurementHop      = "dns_anycast_hop"      // one a hop of it that spoke
	MeasurementInternal = "dns_anycast_internal" // one a round, about the plugin itself

	// Of windows of RIPE Atlas, by measurement and address.
	MeasurementCatchment        = "dns_anycast_catchment"         // one a window
	MeasurementCatchmentSite    = "dns_anycast_catchment_site"    // one a site of it
	MeasurementCatchmentCountry = "dns_anycast_catchment_country" // one a country
	MeasurementCatchmentAS      = "dns_anycast_catchment_as"      // one an autonomous system
	MeasurementCatchmentMove    = "dns_anycast_catchment_move"    // one a pair of sites
	MeasurementCatchmentZone    = "dns_anycast_catchment_zone"    // one a window of SOA records
)

// Tags, beside those that a cloud gives its points.
const (
	TagServer         = "server"    // as written in the configuration, or the name of a name server
	TagAddress        = "address"   // without a port; absent where a name did not resolve
	TagCloud          = "cloud"     // absent for servers given on the command line
	TagFamily         = "family"    // absent where it is not known
	TagTransport      = "transport" // "udp", "tcp"
	TagInstance       = "instance"
	TagSite           = "site"
	TagIdentitySource = "identity_source"
	TagResult         = "result"
	TagRcode          = "rcode"

	TagProbe = "probe" // of MeasurementQuery: the probe of RIPE Atlas that asked

	TagZone = "zone" // of MeasurementZone and MeasurementSerial

	TagReason = "reason" // of MeasurementPath and MeasurementHop: why it was traced
	TagHop    = "hop"    // of MeasurementHop: "01" …; absent where it is not known

	TagConfig = "config" // of MeasurementInternal

	TagSource        = "source"         // of catchments, as the next
	TagMeasurementID = "measurement_id" // RIPE Atlas' number
	TagCountry       = "country"        // two capital letters
	TagASN           = "asn"            // digits
)

// Fields. A name ends in the unit: MS is milliseconds, S seconds, KM kilometres.
const (
	// Of queries, for the identity or for a zone.
	FieldQueryTimeMS   = "query_time_ms"
	FieldConnectTimeMS = "connect_time_ms"
	FieldResultCode    = "result_code"
	FieldAnswered      = "answered" // 1 or 0
	FieldRcodeValue    = "rcode_value"
	FieldNSID          = "nsid"
	FieldError         = "error"

	// Of queries for the identity.
	FieldHostname    = "hostname"
	FieldDiscarded   = "discarded" // datagrams; of MeasurementInternal too
	FieldTimeSource  = "time_source"
	FieldExpected    = "expected"  // 1 or 0
	FieldLatitude    = "latitude"  // degrees; of MeasurementInternal too
	FieldLongitude   = "longitude" // degrees; of MeasurementInternal too
	FieldDistanceKM  = "distance_km"
	FieldFloorMS     = "floor_ms"
	FieldUsualMS     = "usual_ms"
	FieldVerdict     = "verdict"
	FieldVerdictCode = "verdict_code"

	// Of queries for a zone.
	FieldSerial     = "serial"
	FieldRefreshS   = "refresh_s"
	FieldAA         = "aa" // 1 or 0
	FieldSerialLagS = "serial_lag_s"

	// Of serials, beside FieldSerial.
	FieldLatencyS = "latency_s"
	FieldMissing  = "missing" // 1, or absent

	// Of changes.
	FieldFrom         = "from"
	FieldTo           = "to"
	FieldFromInstance = "from_instance"
	FieldToInstance   = "to_instance"
	FieldHeldS        = "held_s"
	FieldChanges      = "changes"

	// Of clouds.
	FieldIPv4Asked      = "ipv4_asked" // targets; of MeasurementInternal 1 or 0
	FieldIPv6Asked      = "ipv6_asked"
	FieldIPv4Answered   = "ipv4_answered"
	FieldIPv6Answered   = "ipv6_answered"
	FieldSites          = "sites"
	FieldSitesAnnounced = "sites_announced"
	FieldInstances      = "instances"
	FieldFamiliesAgree  = "families_agree" // 1 or 0
	FieldMinMS          = "min_ms"
	FieldMaxMS          = "max_ms"

	// Of paths, beside FieldQueryTimeMS and FieldError.
	FieldPath        = "path"    // addresses from hop 1 on, Silent for none
	FieldHops        = "hops"    // the server's
	FieldReached     = "reached" // 1 or 0
	FieldResponded   = "responded"
	FieldLastHop     = "last_hop"
	FieldChangedHop  = "changed_hop"
	FieldChangedFrom = "changed_from"
	FieldChangedTo   = "changed_to"
	FieldPartedAfter = "parted_after"
	FieldPathBefore  = "path_before"
	FieldPathHash    = "path_hash"
	FieldASPath      = "as_path"

	// Of hops.
	FieldHopAddress = "hop_address"
	FieldHopTimeMS  = "hop_time_ms"
	FieldASN        = "asn"
	FieldICMP       = "icmp"

	// Of the plugin itself.
	FieldTargets          = "targets"
	FieldTargetsAnswered  = "targets_answered"
	FieldRoundMS          = "round_ms"
	FieldRoundsCoalesced  = "rounds_coalesced"
	FieldStampsMissing    = "stamps_missing"
	FieldOverMaxInstances = "over_max_instances"
	FieldIntervalS        = "interval_s"
	FieldVersion          = "version"
	FieldTracesSkipped    = "traces_skipped"

	// Of catchments, beside FieldAnswered, FieldSites and FieldInstances. Numbers are of probes.
	FieldProbes         = "probes"
	FieldAsked          = "asked"
	FieldNamed          = "named"
	FieldForeign        = "foreign"
	FieldTimeout        = "timeout"
	FieldUnreachable    = "unreachable"
	FieldInvalid        = "invalid"
	FieldRefused        = "refused"
	FieldP10MS          = "p10_ms"
	FieldP50MS          = "p50_ms"
	FieldP90MS          = "p90_ms"
	FieldP95MS          = "p95_ms"
	FieldNearestShare   = "nearest_share"
	FieldFarShare       = "far_share"
	FieldInflationP50MS = "inflation_p50_ms"
	FieldInflationP90MS = "inflation_p90_ms"
	FieldMoved          = "moved"
	FieldMisplaced      = "misplaced"
	FieldLate           = "late" // results, as the next
	FieldDuplicates     = "duplicates"
	FieldUnsynced       = "unsynced"
	FieldUndecodable    = "undecodable"

	// Of their sites, beside FieldLatitude and FieldLongitude.
	FieldShare         = "share"
	FieldShareAS       = "share_as"
	FieldASNs          = "asns"
	FieldCountries     = "countries"
	FieldDistanceP50KM = "distance_p50_km"
	FieldNearest       = "nearest"
	FieldEntered       = "entered"
	FieldLeft          = "left"

	// Of their countries and autonomous systems.
	FieldTopSite  = "top_site"
	FieldTopShare = "top_share"

	// Of their moves, beside FieldFrom and FieldTo.
	FieldTopASN     = "top_asn"
	FieldTopCountry = "top_country"
	FieldBeforeMS   = "before_ms"
	FieldAfterMS    = "after_ms"

	// Of their zones.
	FieldSerials       = "serials"
	FieldNewest        = "newest"
	FieldBehind        = "behind"
	FieldLagP50S       = "lag_p50_s"
	FieldLagMaxS       = "lag_max_s"
	FieldTopBehindSite = "top_behind_site"
)

// Values of tags and fields that a reader of points compares with.
const (
	CloudReference    = "reference" // cloud of reference addresses, which are asked for zones alone
	FamilyIPv4        = "ipv4"
	FamilyIPv6        = "ipv6"
	TransportUDP      = "udp"
	TransportTCP      = "tcp"
	RcodeNoError      = "NOERROR"
	ResultSuccess     = "success"
	ResultRcodeError  = "rcode_error"
	VerdictImpossible = "impossible"
	SiteSplit         = "split" // from or to, where answers come from several sites by turns
	Silent            = "*"     // in FieldPath: a hop that said nothing
	ReasonChange      = "change"
	SourceRIPEAtlas   = "ripe-atlas"
)
