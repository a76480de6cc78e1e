package places

import (
	"strings"
	"testing"
)

// regions are boxes in whole degrees around a country or a part of one, not
// around the rows: a swapped sign, swapped columns or a mistyped degree falls
// out.
var regions = []struct {
	name                     string
	south, north, west, east float64
	codes                    string
}{
	// Africa
	{"Morocco", 33, 34, -8, -7, "CMN"},
	{"Algeria, west", 35, 36, -1, 0, "ORN"},
	{"Algeria, east", 36, 37, 3, 8, "AAE ALG CZL"},
	{"Tunisia and Libya", 32, 37, 10, 14, "TIP TUN"},
	{"Cairo", 30, 31, 31, 32, "CAI"},
	{"Cape Verde", 14, 18, -26, -22, "RAI"},
	{"Mauritania", 18, 19, -16, -15, "NKC"},
	{"Senegal and Gambia", 13, 15, -18, -16, "BJL DKR DSS"},
	{"Guinea to Liberia", 6, 10, -14, -10, "CKY FNA ROB"},
	{"Mali", 12, 13, -9, -7, "BKO"},
	{"Ivory Coast and Ghana", 5, 6, -4, 0, "ABJ ACC"},
	{"Togo to Lagos", 6, 7, 1, 4, "COO LFW LOS"},
	{"Burkina Faso", 12, 13, -2, -1, "OUA"},
	{"Niger", 13, 14, 2, 3, "NIM"},
	{"Nigeria, center", 8, 10, 6, 9, "ABV"},
	{"Cameroon and Gabon", 0, 5, 9, 12, "DLA LBV NSI"},
	{"Chad and Central African Republic", 4, 13, 15, 19, "BGF NDJ"},
	{"Congos", -5, -4, 15, 16, "BZV FIH"},
	{"Sudan", 15, 16, 32, 33, "KRT"},
	{"South Sudan", 4, 5, 31, 32, "JUB"},
	{"Horn of Africa and Aden", 8, 13, 38, 46, "ADD ADE JIB"},
	{"Somalia", 1, 3, 44, 46, "MGQ"},
	{"Great Lakes", -4, 1, 29, 33, "BJM EBB KGL"},
	{"Kenya and Tanzania", -7, -1, 36, 40, "DAR MBA NBO"},
	{"Angola", -10, -8, 12, 15, "LAD"},
	{"Malawi, Zambia, Zimbabwe", -18, -13, 28, 36, "BLZ HRE LLW LUN"},
	{"Namibia", -24, -21, 16, 19, "WDH"},
	{"Botswana and Mozambique, south", -27, -24, 25, 34, "GBE JNB MPM"},
	{"Cape", -35, -33, 18, 19, "CPT"},
	{"South Africa, east, and Lesotho", -30, -29, 26, 32, "BFN DUR MSU"},
	{"Madagascar", -20, -18, 46, 49, "TNR"},
	{"Mascarenes", -22, -20, 55, 58, "MRU RUN"},
	{"Seychelles", -5, -4, 55, 56, "SEZ"},

	// Europe
	{"Iceland", 63, 65, -23, -21, "KEF REK"},
	{"Ireland", 51, 55, -9, -6, "BFS DUB ORK"},
	{"Great Britain, north", 54, 57, -5, -1, "EDI GLA NCL"},
	{"England, west of Greenwich", 51, 54, -3, 0, "BHX BRS LGW LHR LON LTN MAN"},
	{"England, east of Greenwich", 51, 52, 0, 1, "LCY STN"},
	{"Portugal", 38, 42, -10, -8, "LIS OPO"},
	{"Spain, west of Greenwich", 39, 41, -4, 0, "MAD VLC"},
	{"Catalonia", 41, 42, 2, 3, "BCN"},
	{"Gibraltar", 36, 37, -6, -5, "GIB"},
	{"France, north", 48, 50, 2, 3, "CDG ORY PAR"},
	{"France, south-west", 44, 45, -1, 0, "BOD"},
	{"France, south-east", 43, 46, 4, 8, "LYS MRS NCE"},
	{"Low Countries", 49, 53, 4, 7, "AMS ANR BRU LUX RTM"},
	{"Switzerland", 46, 48, 6, 9, "BRN BSL GVA ZRH"},
	{"Germany", 48, 54, 6, 14, "BER BRE DRS DUS FRA HAJ HAM LEJ MUC NUE STR TXL"},
	{"Denmark and Sweden, south", 55, 58, 10, 14, "AAR CPH GOT MMX"},
	{"Sweden, east", 59, 60, 17, 19, "ARN STO"},
	{"Norway", 58, 64, 5, 12, "BGO OSL SVG TRD"},
	{"Finland", 60, 61, 24, 26, "HEL"},
	{"Baltic States", 54, 60, 23, 26, "RIX TLL VNO"},
	{"Poland", 50, 55, 16, 22, "GDN KRK KTW POZ WAW WRO"},
	{"Czechia, Slovakia, Austria, Hungary", 46, 51, 14, 20, "BRQ BTS BUD GRZ OSR PRG VIE"},
	{"Italy, north", 44, 46, 7, 12, "BLQ LIN MIL MXP TRN"},
	{"Italy, center and south", 37, 42, 12, 16, "CTA FCO NAP PMO ROM"},
	{"Malta", 35, 37, 14, 15, "MLA"},
	{"Slovenia and Croatia", 43, 47, 14, 17, "LJU SPU ZAG"},
	{"Balkans", 41, 46, 18, 24, "BEG PRN SJJ SKP SOF TGD TIA"},
	{"Romania and Moldova", 44, 48, 21, 30, "BUH CLJ KIV OTP RMO TSR"},
	{"Greece", 35, 41, 22, 26, "ATH HER SKG"},
	{"Cyprus", 34, 36, 32, 35, "LCA"},
	{"Ukraine and Belarus", 46, 54, 28, 31, "IEV KBP MSQ ODS"},
	{"Russia, north-west", 59, 61, 29, 31, "LED"},
	{"Russia, center", 55, 57, 37, 39, "DME MOW SVO VKO"},
	{"Ural", 56, 57, 60, 61, "SVX"},
	{"Siberia", 55, 57, 82, 93, "KJA OVB"},
	{"Russia, Far East", 43, 49, 131, 136, "KHV VVO"},

	// Asia
	{"Turkey", 38, 42, 26, 34, "ADB ESB IST SAW"},
	{"Caucasus", 38, 42, 44, 51, "BAK EVN GYD LLK TBS"},
	{"Levant", 31, 34, 34, 37, "AMM BEY DAM HFA TLV"},
	{"Iraq and Kuwait", 29, 37, 43, 49, "BGW BSR EBL ISU KWI NJF XNH"},
	{"Iran", 35, 36, 51, 52, "IKA THR"},
	{"Arabia, west", 15, 22, 39, 45, "JED SAH"},
	{"Riyadh and the Gulf, west", 24, 27, 46, 52, "BAH DMM DOH RUH"},
	{"Emirates and Oman", 23, 26, 54, 59, "AUH DXB MCT"},
	{"Kazakhstan, west", 50, 51, 57, 58, "AKX"},
	{"Kazakhstan, north", 50, 52, 71, 72, "NQZ"},
	{"Almaty and Kyrgyzstan", 42, 44, 74, 78, "ALA BSZ FRU"},
	{"Turkmenistan", 37, 38, 58, 59, "ASB"},
	{"Uzbekistan and Tajikistan", 38, 42, 68, 70, "DYU TAS"},
	{"Afghanistan and Pakistan, north", 31, 35, 69, 75, "ISB KBL LHE"},
	{"Pakistan, south", 24, 26, 66, 68, "KHI"},
	{"India, north", 25, 31, 76, 86, "DEL IXC KNU PAT"},
	{"India, west", 18, 24, 72, 80, "AMD BOM NAG PNQ"},
	{"India, east", 20, 23, 85, 89, "BBI CCU"},
	{"India, south", 10, 18, 75, 81, "BLR CNN COK HYD MAA"},
	{"Maldives", 4, 5, 73, 74, "MLE"},
	{"Sri Lanka", 6, 8, 79, 81, "CMB"},
	{"Nepal and Bhutan", 27, 28, 85, 90, "KTM PBH"},
	{"Bangladesh", 22, 24, 90, 92, "CGP DAC"},
	{"Myanmar", 16, 22, 95, 97, "MDL RGN"},
	{"Thailand and Laos", 9, 19, 98, 103, "BKK CNX DMK URT VTE"},
	{"Cambodia and Vietnam, south", 10, 12, 104, 107, "PNH SGN"},
	{"Vietnam, north and center", 16, 22, 105, 109, "DAD HAN"},
	{"Malaysia and Singapore", 1, 6, 100, 105, "JHB KUL PEN SIN"},
	{"Brunei", 4, 6, 114, 116, "BWN"},
	{"Java and Bali", -9, -6, 106, 116, "BDO CGK DPS JKT JOG SUB"},
	{"Timor", -9, -8, 125, 126, "DIL"},
	{"Philippines", 8, 16, 120, 125, "CEB CGY CRK MNL"},
	{"Taiwan", 22, 26, 120, 122, "KHH TPE"},
	{"Hong Kong and Macau", 22, 23, 113, 115, "HKG MFM"},
	{"China, south-west", 22, 27, 102, 109, "KMG KWE NNG"},
	{"China, south coast", 19, 26, 110, 120, "CAN FOC FUO HAK SZX XMN"},
	{"China, inner west", 29, 35, 103, 109, "CKG CTU XIY"},
	{"China, center", 28, 35, 113, 116, "CGO CSX KHN WUH"},
	{"China, east", 30, 33, 118, 122, "HGH NKG PVG SHA WUX"},
	{"China, north", 36, 41, 112, 121, "BJS PEK PKX SJW TAO TNA TSN TYN"},
	{"China, north-east", 38, 46, 121, 127, "CGQ DLC HRB SHE"},
	{"China, west", 43, 45, 87, 88, "URC"},
	{"Mongolia", 47, 49, 106, 108, "ULN"},
	{"Korea", 35, 38, 126, 130, "GMP ICN PUS SEL"},
	{"Japan, north", 42, 44, 141, 142, "CTS SPK"},
	{"Japan, center", 34, 36, 135, 141, "HND ITM KIX NGO NRT OSA TYO"},
	{"Japan, south", 26, 34, 127, 131, "FUK OKA"},

	// Oceania
	{"Australia, west", -32, -31, 115, 116, "PER"},
	{"Australia, north", -13, -12, 130, 131, "DRW"},
	{"Australia, south", -43, -34, 138, 148, "ADL HBA MEL"},
	{"Australia, east", -36, -27, 149, 154, "BNE CBR SYD"},
	{"New Zealand", -44, -36, 172, 175, "AKL CHC WLG"},
	{"Papua New Guinea", -10, -9, 147, 148, "POM"},
	{"Solomon Islands", -10, -9, 160, 161, "HIR"},
	{"Palau", 7, 8, 134, 135, "ROR"},
	{"Marianas", 13, 16, 144, 146, "GUM SPN"},
	{"New Caledonia and Vanuatu", -23, -17, 166, 169, "NOU VLI"},
	{"Fiji", -19, -17, 177, 179, "NAN SUV"},
	{"Tonga and Samoa", -22, -13, -176, -171, "APW TBU"},
	{"Cook Islands", -22, -21, -160, -159, "RAR"},
	{"Tahiti", -18, -17, -150, -149, "PPT"},
	{"Hawaii", 21, 22, -158, -157, "HNL"},

	// North America
	{"Alaska", 61, 62, -151, -149, "ANC"},
	{"Canada, Pacific", 49, 50, -124, -123, "YVR"},
	{"Canada, prairies", 49, 54, -115, -97, "YEG YWG YXE YYC"},
	{"Canada, center", 43, 46, -80, -73, "YMQ YOW YTO YUL YYZ"},
	{"Canada, east", 44, 47, -72, -63, "YHZ YQB"},
	{"United States, Pacific north", 45, 48, -123, -122, "PDX SEA"},
	{"California and Nevada", 32, 40, -123, -115, "LAS LAX OAK RNO SAN SFO SJC SMF"},
	{"United States, mountains", 32, 41, -113, -104, "ABQ DEN PHX SLC TUS"},
	{"Texas", 26, 33, -99, -95, "AUS DAL DFW HOU IAH MFE SAT"},
	{"United States, plains", 35, 45, -98, -90, "FSD MCI MSP OKC OMA STL"},
	{"United States, Great Lakes", 39, 43, -88, -78, "BUF CHI CLE CMH CVG DTW IND MDW MKE ORD PIT"},
	{"United States, inner south", 29, 37, -91, -80, "ATL BNA CLT JAX MEM MGM MSY TLH"},
	{"Florida", 25, 29, -83, -80, "FLL MCO MIA TPA"},
	{"United States, mid Atlantic", 35, 40, -79, -76, "APG BWI DCA IAD ORF RDU RIC WAS"},
	{"United States, north Atlantic", 39, 45, -76, -68, "BGR BOS EWR JFK LGA NYC PHL"},
	{"Mexico", 19, 26, -104, -99, "GDL MEX MTY QRO"},
	{"Central America, north", 12, 18, -91, -86, "BZE GUA MGA SAL SAP TGU"},
	{"Costa Rica and Panama", 9, 10, -85, -79, "PTY SJO"},
	{"Bermuda", 32, 33, -65, -64, "BDA"},
	{"Cuba, Jamaica, Bahamas, Cayman", 17, 26, -83, -76, "GCM HAV KIN MBJ NAS"},
	{"Haiti and Turks", 18, 22, -73, -72, "PAP PLS"},
	{"Hispaniola, east, and Puerto Rico", 18, 20, -71, -65, "SDQ SJU STI"},
	{"Lesser Antilles", 10, 19, -64, -59, "ANU BGI DOM FDF GND POS PTP SKB SLU SXM"},
	{"Aruba and Curacao", 12, 13, -71, -68, "AUA CUR"},

	// South America
	{"Colombia", 3, 11, -77, -74, "BAQ BOG CLO MDE"},
	{"Venezuela", 10, 11, -67, -66, "CCS"},
	{"Guianas", 4, 7, -59, -52, "CAY GEO PBM"},
	{"Ecuador", -3, 0, -80, -78, "GYE UIO"},
	{"Peru and Bolivia", -17, -12, -78, -68, "LIM LPB"},
	{"Chile, north", -19, -18, -71, -70, "ARI"},
	{"Chile, center", -37, -33, -74, -70, "CCP SCL"},
	{"Buenos Aires", -35, -34, -59, -58, "AEP BUE EZE"},
	{"Argentina, inland", -39, -31, -69, -64, "COR NQN"},
	{"Uruguay", -35, -34, -57, -55, "MVD"},
	{"Paraguay", -26, -25, -58, -57, "ASU"},
	{"Amazon, mouth", -2, -1, -49, -48, "BEL"},
	{"Amazon, middle", -4, -3, -61, -60, "MAO"},
	{"Brazil, north-east", -13, -3, -40, -34, "FOR JDO REC SSA"},
	{"Brazil, center", -17, -10, -57, -47, "BSB CGB GYN PMW"},
	{"Brazil, south-east", -24, -18, -50, -40, "BHZ CGH CNF GIG GRU RAO RIO SAO SDU SJK SJP SOD UDI VCP VIX"},
	{"Brazil, south", -30, -25, -53, -48, "BNU CFC CWB FLN JOI NVT POA XAP"},
}

func TestEveryPlaceLiesInItsRegion(t *testing.T) {
	placed := map[string]bool{}
	for _, r := range regions {
		for code := range strings.FieldsSeq(r.codes) {
			if placed[code] {
				t.Errorf("%s is in two regions", code)
			}
			placed[code] = true
			p, ok := Lookup(code)
			if !ok {
				t.Errorf("%s: %s is not in the table", r.name, code)
				continue
			}
			if p.Latitude < r.south || p.Latitude > r.north || p.Longitude < r.west || p.Longitude > r.east {
				t.Errorf("%s: %+v lies outside", r.name, p)
			}
		}
	}
	for _, p := range table {
		if !placed[p.Code] {
			t.Errorf("%s is in no region", p.Code)
		}
	}
}
